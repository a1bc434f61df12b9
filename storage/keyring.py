"""Keys for what is stored encrypted: the first encrypts, every one decrypts. A key is written `id:base64 of 32 bytes`.

What is encrypted is bound to its place: moved to another row or column it does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot import errors

BYTES = 32
NONCE = 12
FORM = "kam1"  # how it is written, so that another form can follow
REPAIR = "Each is written id:base64 of 32 bytes, several separated by commas; `kam keys new` makes one."
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    cipher: AESGCM = field(repr=False)
    # What it signs with: of its own, so that strangers' signatures wear out no nonces of the cipher.
    seal: bytes = field(repr=False)


class Keyring:
    """The keys in use, the one that encrypts first."""

    def __init__(self, keys: Sequence[Key]) -> None:
        if not keys:
            raise errors.BadInput("KAM_ENCRYPTION_KEYS is not set.", repair="Make a key: `kam keys new`.")
        self._first, self._by_id = keys[0], {key.id: key for key in keys}
        if len(self._by_id) != len(keys):
            raise errors.BadInput("KAM_ENCRYPTION_KEYS names one id twice.", repair=REPAIR)

    @classmethod
    def read(cls, text: str) -> Self:
        """The keys as a setting holds them. Raises BadInput that says which is wrong by its place, never its text."""
        return cls([_key(part.strip(), place) for place, part in enumerate(text.split(","), 1) if part.strip()])

    @property
    def first(self) -> str:
        """The id of the key that encrypts."""
        return self._first.id

    def encrypt(self, text: str, place: str) -> str:
        """The text, to be read again only with its key and at the same place."""
        nonce = os.urandom(NONCE)
        sealed = nonce + self._first.cipher.encrypt(nonce, text.encode(), _bound(self._first.id, place))
        return f"{FORM}.{self._first.id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def decrypt(self, sealed: str, place: str) -> str:
        """The text again. Raises BadInput that names the key which is missing, or does not open this."""
        form, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if form != FORM or not body:
            raise errors.BadInput("Something that should be encrypted is not.", repair="Install the app again.")
        key = self._by_id.get(key_id)
        if key is None:
            raise errors.BadInput(
                f"Tokens are encrypted with the key {key_id!r}, which KAM_ENCRYPTION_KEYS does not hold.",
                repair="Add that key behind the first; `kam keys rotate` makes it superfluous.",
                code="key_missing",
            )
        try:
            raw = base64.urlsafe_b64decode(body)
            return key.cipher.decrypt(raw[:NONCE], raw[NONCE:], _bound(key_id, place)).decode()
        except (InvalidTag, ValueError) as error:
            raise errors.BadInput(
                f"The key {key_id!r} does not open what was encrypted under that name.",
                repair="Put back the key that had this id, or have the app installed again.",
                code="key_wrong",
            ) from error

    def sign(self, text: str, place: str) -> str:
        """A signature of a text that everybody may read, by the first key."""
        return f"{self._first.id}.{_signature(self._first, text, place)}"

    def is_signed(self, text: str, signature: str, place: str) -> bool:
        """True if one of the keys signed the text, for the same place."""
        key_id, _, body = signature.partition(".")
        key = self._by_id.get(key_id)
        return key is not None and hmac.compare_digest(_signature(key, text, place).encode(), body.encode())

    def key_of(self, sealed: str) -> str:
        """The id of the key that something was encrypted with."""
        return [*sealed.split("."), "", ""][1]


def new(key_id: str) -> str:
    """A new key, as the setting takes it. Raises BadInput for an id that cannot be one."""
    if not _ID.fullmatch(key_id):
        raise errors.BadInput(f"{key_id!r} cannot name a key.", repair="Use small letters, digits and hyphens.")
    return f"{key_id}:{base64.b64encode(os.urandom(BYTES)).decode()}"


def _key(written: str, place: int) -> Key:
    key_id, _, body = written.partition(":")
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not _ID.fullmatch(key_id) or len(raw) != BYTES:
        raise errors.BadInput(f"Key {place} of KAM_ENCRYPTION_KEYS cannot be read.", repair=REPAIR)
    return Key(key_id, AESGCM(raw), hmac.digest(raw, f"{FORM}|sign".encode(), hashlib.sha256))


def _signature(key: Key, text: str, place: str) -> str:
    return hmac.new(key.seal, _bound(key.id, place) + b"|" + text.encode(), hashlib.sha256).hexdigest()


def _bound(key_id: str, place: str) -> bytes:
    return f"{FORM}|{key_id}|{place}".encode()
