"""A portfolio: the accounts of several reps as one table says them, and the facts that follow from a row."""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from bot.core.account import Account, Contact, Language, OrderPhase, Rep, Stage
from bot.core.problem import Problem, Step
from bot.core.situation import By, Promise, Visit

T = TypeVar("T")


class Clear(Enum):
    """The cell `-`: what was known is forgotten. An empty cell leaves it as it is."""

    CLEAR = "-"


CLEAR = Clear.CLEAR
Cell: TypeAlias = T | Clear | None  # None: the cell is empty or its column is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioRow:
    """One account of one rep. `zone` and `rep_language` hold for all rows of the rep; times are aware, in `zone`.

    `timezone` and `language` are what this row itself says of the rep.
    """

    line: int
    account: str
    rep: str
    zone: ZoneInfo
    rep_language: Language
    timezone: Cell[ZoneInfo] = None
    language: Cell[Language] = None
    stage: Cell[Stage] = None
    stage_since: Cell[date] = None
    account_timezone: Cell[ZoneInfo] = None
    account_language: Cell[Language] = None
    order_phase: Cell[OrderPhase] = None
    order_since: Cell[date] = None
    last_contact: Cell[datetime] = None
    last_contact_by: Cell[By] = None
    one_sided_contacts: Cell[int] = None
    open_problem_since: Cell[datetime] = None
    problem_confirmed_at: Cell[datetime] = None
    promise_due: Cell[date] = None
    promise_text: Cell[str] = None
    next_visit: Cell[datetime] = None
    next_visit_all_day: bool = False
    important: Cell[tuple[str, ...]] = None
    contact: Cell[str] = None
    contact_boss: Cell[str] = None
    manager: Cell[str] = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong with one row, at its first line in the file, and how to mend it; `column` is a name of the header.

    A row may have several.
    """

    line: int
    column: str
    message: str
    repair: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What could be read, in the order of the file, and what could not."""

    rows: tuple[PortfolioRow, ...] = ()
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one row says about an account, as values of the core."""

    account: Account
    contacts: tuple[Contact, ...] = ()
    visits: tuple[Visit, ...] = ()
    problems: tuple[Problem, ...] = ()
    promises: tuple[Promise, ...] = ()
    last_contact: datetime | None = None
    last_contact_by: By | None = None
    one_sided_contacts: int = 0
    one_sided_since: datetime | None = None


def known(cell: Cell[T]) -> T | None:
    """The value of a cell, None where it is empty or cleared."""
    return None if isinstance(cell, Clear) else cell


def name_key(name: str) -> str:
    """One form of all spellings of an account's name: `ＡＢＣ  Ltd` and `abc ltd` are one account."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def identity(rep: str, account: str) -> str:
    """The id of an account that only a file knows: the same for the same rep and name, whatever else the row says."""
    return hashlib.blake2b(f"{rep}\x1f{name_key(account)}".encode(), digest_size=10).hexdigest()


def rep(row: PortfolioRow, team_id: str) -> Rep:
    """The rep of a row, with nothing but what the file says."""
    return Rep(id=row.rep, team_id=team_id, zone=row.zone, language=row.rep_language)


def facts(row: PortfolioRow, team_id: str, account_id: str, made: date) -> Facts:
    """What a row says; `made` is the day on which its promise counts as given: the file does not tell."""
    run = known(row.one_sided_contacts) or 0
    last = known(row.last_contact)
    return Facts(
        account=_account(row, team_id, account_id),
        contacts=tuple(_contacts(row, account_id)),
        visits=tuple(_visits(row, account_id)),
        problems=tuple(_problems(row, account_id)),
        promises=tuple(_promises(row, account_id, made)),
        last_contact=last,
        last_contact_by=known(row.last_contact_by),
        one_sided_contacts=run,
        one_sided_since=last if run else None,
    )


def _account(row: PortfolioRow, team_id: str, account_id: str) -> Account:
    return Account(
        id=account_id,
        team_id=team_id,
        rep_id=row.rep,
        name=row.account,
        stage=known(row.stage),
        stage_since=known(row.stage_since),
        order_phase=known(row.order_phase),
        order_since=known(row.order_since),
        zone=known(row.account_timezone),
        language=known(row.account_language),
        important=known(row.important) or (),
        manager=known(row.manager),
    )


def _contacts(row: PortfolioRow, account_id: str) -> Iterator[Contact]:
    if (name := known(row.contact)) is not None:
        boss = known(row.contact_boss) or ""
        yield Contact(id=f"{account_id}-contact", account_id=account_id, name=name, boss=boss)


def _visits(row: PortfolioRow, account_id: str) -> Iterator[Visit]:
    if (at := known(row.next_visit)) is not None:
        visit_id = f"{account_id}-visit"
        yield Visit(id=visit_id, account_id=account_id, rep_id=row.rep, at=at, all_day=row.next_visit_all_day)


def _problems(row: PortfolioRow, account_id: str) -> Iterator[Problem]:
    """One problem, or two where one was confirmed before another was opened."""
    opened, confirmed = known(row.open_problem_since), known(row.problem_confirmed_at)
    if confirmed is not None:
        first = opened if opened is not None and opened <= confirmed else confirmed
        done = {Step.CONFIRMED: confirmed}
        yield Problem(id=f"{account_id}-past", account_id=account_id, text="", opened_at=first, done=done)
    if opened is not None and (confirmed is None or confirmed < opened):
        yield Problem(id=f"{account_id}-problem", account_id=account_id, text="", opened_at=opened)


def _promises(row: PortfolioRow, account_id: str, made: date) -> Iterator[Promise]:
    if (due := known(row.promise_due)) is not None:
        text = known(row.promise_text) or ""
        yield Promise(id=f"{account_id}-promise", account_id=account_id, text=text, due=due, made=made)
