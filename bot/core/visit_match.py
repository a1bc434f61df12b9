"""Which account a calendar event belongs to.

Evidence in order of strength: what the rep said before, a name or alias in the title, then in the place,
then the guests' mail domains. Two accounts that are equally likely are both named and none is chosen: the
rep is asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

By = Literal["remembered", "name", "alias", "domain"]

_PUBLIC = """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com
    me.com mac.com aol.com proton.me protonmail.com gmx.com gmx.de gmx.net web.de mail.com mail.ru
    yandex.com yandex.ru zoho.com fastmail.com hey.com qq.com foxmail.com 163.com 126.com yeah.net
    vip.163.com vip.126.com 188.com sina.com sina.cn vip.sina.com sohu.com aliyun.com 139.com 189.cn
    21cn.com tom.com wo.cn naver.com daum.net hanmail.net docomo.ne.jp ezweb.ne.jp orange.fr free.fr
    laposte.net t-online.de libero.it btinternet.com comcast.net verizon.net att.net
    group.calendar.google.com resource.calendar.google.com
"""
PUBLIC_DOMAINS = frozenset(_PUBLIC.split())
_PUBLIC_FAMILIES = re.compile(r"(?:yahoo|ymail|hotmail|outlook|live|gmx)\.[a-z]{2,3}(?:\.[a-z]{2})?")
_GAP = re.compile(r"[\s\-‐‑‒–—―_·・.,、。:;()\[\]{}<>\"“”《》「」【】]+")


@dataclass(frozen=True, slots=True)
class Known:
    """An account as a calendar may show it: `names` (the first is its name, the rest aliases), mail `domains`."""

    account_id: str
    names: tuple[str, ...]
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clues:
    """What an event says of whom it is with; `emails` are guests and organizer, `uid` names its whole series."""

    uid: str
    summary: str
    location: str = ""
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """The account, or none; `by` is the evidence that spoke, `candidates` the accounts that it spoke for."""

    account_id: str | None
    by: By | None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    account_id: str
    by: By


def match(
    clues: Clues,
    accounts: Sequence[Known],
    *,
    own_domains: Iterable[str] = (),
    remembered: Mapping[str, str] | None = None,
) -> Match:
    """The account that `clues` point to.

    `own_domains` are the rep's own firm's and never count, as public mail services never do. `remembered`
    holds the rep's earlier answers, by the event's uid; an answer for an account that is not among
    `accounts` is passed over.
    """
    chosen = (remembered or {}).get(clues.uid)
    if chosen is not None and any(known.account_id == chosen for known in accounts):
        return Match(chosen, "remembered", (chosen,))
    for text in (clues.summary, clues.location):
        hits = _outermost(_named(plain(text), accounts))
        if hits:
            by: By = "name" if any(hit.by == "name" for hit in hits) else "alias"
            return _verdict({hit.account_id for hit in hits}, by, accounts)
    return _verdict(_by_domain(clues.emails, accounts, own_domains), "domain", accounts)


@lru_cache(maxsize=10_000)  # the same names are looked for in every text
def plain(text: str) -> str:
    """`text` as names are compared: one width, one case, one space for each gap or run of punctuation."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _GAP.sub(" ", folded).strip()


def _verdict(found: Set[str], by: By, accounts: Sequence[Known]) -> Match:
    candidates = tuple(dict.fromkeys(known.account_id for known in accounts if known.account_id in found))
    if not candidates:
        return Match(None, None)
    return Match(candidates[0] if len(candidates) == 1 else None, by, candidates)


def _named(text: str, accounts: Sequence[Known]) -> Iterator[_Hit]:
    for known in accounts:
        for index, name in enumerate(known.names):
            wanted = plain(name)
            if len(wanted) < 2:
                continue
            start = text.find(wanted)
            while start >= 0:
                end = start + len(wanted)
                if _is_whole(text, start, end):
                    yield _Hit(start, end, known.account_id, "alias" if index else "name")
                start = text.find(wanted, start + 1)


def _is_whole(text: str, start: int, end: int) -> bool:
    """True when no word runs on past either edge; Chinese, Japanese and Korean have no such edges."""
    before = start > 0 and _is_spaced(text[start - 1]) and _is_spaced(text[start])
    after = end < len(text) and _is_spaced(text[end - 1]) and _is_spaced(text[end])
    return not before and not after


def _is_spaced(char: str) -> bool:
    return char.isalnum() and not (
        "\u2e80" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7af"
        or "\uf900" <= char <= "\ufaff"
        or char >= "\U00020000"
    )


def _outermost(hits: Iterable[_Hit]) -> list[_Hit]:
    """The hits that overlap no longer one: in *Acme Robotics* the account Acme is not named."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start - one.end, one.start)):
        rivals = [one for one in kept if one.start < hit.end and hit.start < one.end]
        if all(one.end - one.start == hit.end - hit.start for one in rivals):
            kept.append(hit)
    return kept


def _by_domain(emails: Iterable[str], accounts: Sequence[Known], own_domains: Iterable[str]) -> set[str]:
    own = {_domain(domain) for domain in own_domains} - {""}
    found: set[str] = set()
    for domain in {_domain(email) for email in emails}:
        if _is_public(domain) or any(_is_under(domain, mine) for mine in own):
            continue
        fits = [
            (len(one), known.account_id)
            for known in accounts
            for one in map(_domain, known.domains)
            if one and not _is_public(one) and _is_under(domain, one)
        ]
        longest = max((length for length, _ in fits), default=0)
        found |= {account_id for length, account_id in fits if length == longest}
    return found


def _domain(text: str) -> str:
    domain = unicodedata.normalize("NFKC", text).casefold().rpartition("@")[2].strip().strip(".")
    return domain.removeprefix("www.") if "." in domain else ""


def _is_under(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith("." + parent)


def _is_public(domain: str) -> bool:
    return not domain or domain in PUBLIC_DOMAINS or _PUBLIC_FAMILIES.fullmatch(domain) is not None
