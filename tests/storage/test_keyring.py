"""Keys: what is encrypted opens with its key and at its place only."""

import base64
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.slack.tenants import Identity
from storage import keyring
from storage.installations import Installation
from storage.keyring import Keyring

OLD, NEW = keyring.new("old"), keyring.new("new")
RING = Keyring.read(OLD)


@given(st.text(max_size=300), st.text(max_size=40))
def test_what_is_encrypted_comes_back(text: str, place: str) -> None:
    sealed = RING.encrypt(text, place)
    assert RING.decrypt(sealed, place) == text
    assert len(text) < 4 or text not in sealed


def test_the_same_text_is_encrypted_differently_each_time() -> None:
    assert RING.encrypt("xoxb-1", "bot|T1") != RING.encrypt("xoxb-1", "bot|T1")


@pytest.mark.parametrize("place", ["bot_token|T2", "refresh_token|T1", ""])
def test_it_does_not_open_in_another_row_or_column(place: str) -> None:
    sealed = RING.encrypt("xoxb-1", "bot_token|T1")
    with pytest.raises(errors.BadInput, match="'old' does not open"):
        RING.decrypt(sealed, place)


def test_the_first_key_encrypts_and_every_key_decrypts() -> None:
    sealed = RING.encrypt("xoxb-1", "p")
    both = Keyring.read(f"{NEW}, {OLD}")
    assert both.decrypt(sealed, "p") == "xoxb-1"
    assert both.key_of(both.encrypt("xoxb-1", "p")) == both.first == "new"
    assert both.key_of(sealed) == "old"


def test_a_missing_key_is_named_and_no_token_is_told() -> None:
    sealed = RING.encrypt("xoxb-secret", "p")
    with pytest.raises(errors.BadInput, match="key 'old', which KAM_ENCRYPTION_KEYS does not hold") as caught:
        Keyring.read(NEW).decrypt(sealed, "p")
    assert "xoxb" not in str(caught.value) + caught.value.repair


def test_another_key_of_the_same_name_is_told_apart_from_a_missing_one() -> None:
    with pytest.raises(errors.BadInput, match="'old' does not open"):
        Keyring.read(keyring.new("old")).decrypt(RING.encrypt("x", "p"), "p")


def test_the_id_of_the_key_cannot_be_exchanged() -> None:
    raw = OLD.partition(":")[2]
    twin = Keyring.read(f"twin:{raw},{OLD}")
    with pytest.raises(errors.BadInput):
        twin.decrypt(RING.encrypt("x", "p").replace(".old.", ".twin."), "p")


@pytest.mark.parametrize("sealed", ["xoxb-clear", "", "kam1", "kam1.old", "kam1.old.", "kam1.old.!!!", "kam1.old.AAAA"])
def test_what_was_never_encrypted_is_refused(sealed: str) -> None:
    with pytest.raises(errors.BadInput) as caught:
        RING.decrypt(sealed, "p")
    assert "xoxb" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not set"),
        (" , ", "is not set"),
        ("k1", "Key 1 of"),
        (f"{OLD},k2:c2hvcnQ=", "Key 2 of"),
        (f"{OLD},k2:%%%", "Key 2 of"),
        ("UPPER:" + base64.b64encode(bytes(32)).decode(), "Key 1 of"),
        (f"{OLD},{OLD}", "one id twice"),
    ],
    ids=["empty", "commas", "no colon", "short", "no base64", "capitals", "twice"],  # the keys are new in each run
)
def test_a_wrong_key_is_named_by_its_place_and_never_told(text: str, said: str) -> None:
    with pytest.raises(errors.BadInput, match=said) as caught:
        Keyring.read(text)
    assert "c2hvcnQ" not in str(caught.value)
    assert OLD.partition(":")[2] not in str(caught.value)


@pytest.mark.parametrize("name", ["", "K1", "with space", "a:b", "a.b", "-a", "x" * 33])
def test_a_name_that_would_break_the_setting_is_refused(name: str) -> None:
    with pytest.raises(errors.BadInput, match="cannot name a key"):
        keyring.new(name)


def test_what_is_secret_does_not_show_where_an_object_is_printed() -> None:
    written = keyring.new("k1")
    raw = base64.b64decode(written.partition(":")[2])
    made = Installation("T1", None, False, "B1", "U1", "xoxb-made", datetime.now(UTC), refresh_token="xoxe-made")
    shown = repr([keyring._key(written, 1), made, Identity("T1", "B1", "U1", "xoxb-who"), Keyring.read(written)])
    assert "k1" in shown
    seal = hmac.digest(raw, b"kam1|sign", "sha256")
    for secret in (repr(raw), repr(seal), "xoxb", "xoxe"):
        assert secret not in shown
