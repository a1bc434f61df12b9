"""Accounts and contacts: adding, showing, changing, putting away."""

import difflib
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlmodel import Session

from bot import errors
from bot.core import portfolio, visit_match, wording
from bot.core.account import Account, ArchivedAs, Contact, Language, OrderPhase, Rep, Stage
from bot.core.message import (
    Actions,
    Bullets,
    Button,
    Heading,
    Message,
    Paragraph,
    Part,
    Small,
    plain,
)
from bot.core.situation import Situation
from bot.core.texts import names, talk
from bot.usecases import people, planning, undo
from bot.usecases.ports import Base
from storage import accounts, situations

T = TypeVar("T", Stage, OrderPhase)

LONGEST_NAME = 80
EXAMPLE = wording.Text("/kam account show Acme", "/kam account show 博远")
LIST_SHOWN = 20


# --- finding --------------------------------------------------------------------------------------------------------


def find(session: Session, rep: Rep, name: str, *, archived: bool = False, example: wording.Text = EXAMPLE) -> Account:
    """The rep's account of that name or alias, or the only one whose name begins so. Refuses with the nearest names.

    `example` is what is offered where no name was given.
    """
    name = name.strip().strip("\"'“”「」《》").strip()
    if not name:
        raise errors.Refused("No account named.", code="name_missing", params={"example": example.of(rep.language)})
    exact = accounts.by_name(session, rep.team_id, rep.id, name)
    if exact is not None:
        if exact.archived_as is not None and not archived:
            raise errors.Refused(f"{exact.name} is put away.", code="archived_account", params={"name": exact.name})
        return exact
    mine = accounts.of_rep(session, rep.team_id, rep.id, archived=archived)
    key = portfolio.name_key(name)
    starting = [a for a in mine if any(portfolio.name_key(n).startswith(key) for n in (a.name, *a.aliases))]
    if len(starting) == 1:
        return starting[0]
    if starting:
        nearest = wording.listed([a.name for a in starting[:3]], rep.language)
        params = {"name": name, "nearest": nearest}
        raise errors.Refused(f"{name!r} may be several accounts.", code="ambiguous_account", params=params)
    raise _unknown(rep, name, mine)


def _unknown(rep: Rep, name: str, mine: list[Account]) -> errors.Refused:
    by_key = {portfolio.name_key(n): a.name for a in mine for n in (a.name, *a.aliases)}
    close = difflib.get_close_matches(portfolio.name_key(name), by_key, n=3, cutoff=0.5)
    shown = name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
    if not close:
        return errors.Refused(f"No account {shown!r}.", code="no_such_account", params={"name": shown})
    nearest = wording.listed(list(dict.fromkeys(by_key[k] for k in close)), rep.language)
    return errors.Refused(
        f"No account {shown!r}; near: {nearest}.", code="unknown_account", params={"name": shown, "nearest": nearest}
    )


def known_names(mine: list[Account]) -> list[visit_match.Known]:
    """Accounts as text may name them."""
    return [visit_match.Known(a.id, (a.name, *a.aliases), a.domains) for a in mine]


def mentioned(session: Session, rep: Rep, text: str) -> Account | None:
    """The one account that a text names; None where it names none, or several."""
    return _mentioned(session, rep, text, accounts.names(session, rep.team_id, rep.id))


def _mentioned(session: Session, rep: Rep, text: str, names: list[accounts.Names]) -> Account | None:
    known = [visit_match.Known(n.account_id, (n.name, *n.aliases), n.domains) for n in names if not n.archived]
    found = visit_match.match(visit_match.Clues("", text), known)
    return accounts.get(session, rep.team_id, found.account_id) if found.account_id is not None else None


def named_or_mentioned(session: Session, rep: Rep, text: str) -> tuple[Account | None, Account | None]:
    """The account whose name the whole text is, and the one that it names; the first counts as named too."""
    names = accounts.names(session, rep.team_id, rep.id)
    called = accounts.called(names, text)
    if called is None:
        return None, _mentioned(session, rep, text, names)
    account = accounts.get(session, rep.team_id, called.account_id)
    return account, account


# --- adding and changing --------------------------------------------------------------------------------------------


def add(base: Base, rep: Rep, name: str, now: datetime, **fields: Any) -> Message:
    """Adds an account. Refuses a name that is there already."""
    name = " ".join(name.split())
    if not name:
        raise errors.Refused("No name given.", code="name_missing", params={"example": "/kam account add Acme"})
    if len(name) > LONGEST_NAME:
        raise errors.Refused("The name is too long.", code="name_too_long")
    with base.database.write() as session:
        same = accounts.by_name(session, rep.team_id, rep.id, name)
        if same is not None:
            code = "account_exists" if same.archived_as is None else "archived_account"
            raise errors.Refused(f"{same.name} is there already.", code=code, params={"name": same.name})
        account = Account(id=base.new_id(), team_id=rep.team_id, rep_id=rep.id, name=name, **fields)
        account = accounts.add(session, _dated(account, base, rep, now), now)
        planning.changed(base, session, account, now)
    language = rep.language
    hint = talk.ACCOUNT_NEXT if account.stage is not None else talk.ACCOUNT_STAGE_NEXT
    text = talk.ACCOUNT_ADDED.of(language, account=account.name)
    parts = (
        Paragraph(text),
        Small(hint.of(language, account=account.name)),
        Actions((Button("account:edit", talk.ACCOUNT_FORM_EDIT.of(language), account.id),)),
    )
    return Message(text, parts)


def _dated(account: Account, base: Base, rep: Rep, now: datetime) -> Account:
    zone = planning.zone_of(base, rep)
    today = now.astimezone(zone).date() if zone is not None else now.date()
    if account.stage is not None and account.stage_since is None:
        account = replace(account, stage_since=today)
    if account.order_phase is not None and account.order_since is None:
        account = replace(account, order_since=today)
    return account


def change(base: Base, rep: Rep, account: Account, now: datetime, **values: Any) -> undo.Watched:
    """Changes fields of an account; a new stage or order phase begins today. Can be taken back for a minute."""
    dated = _dated(replace(account, **values, **_undated(account, values)), base, rep, now)
    with base.database.write() as session, undo.watch(base, session, rep, now, account.id) as watched:
        changed = accounts.update(
            session,
            account.team_id,
            account.id,
            now,
            **values,
            stage_since=dated.stage_since,
            order_since=dated.order_since,
        )
        planning.changed(base, session, changed, now)
    return watched


def _undated(account: Account, values: dict[str, Any]) -> dict[str, Any]:
    undated: dict[str, Any] = {}
    if values.get("stage", account.stage) is not account.stage:
        undated["stage_since"] = None
    if values.get("order_phase", account.order_phase) is not account.order_phase:
        undated["order_since"] = None
    return undated


def read_stage(value: str, language: Language) -> Stage:
    """A stage by its id or its name in either language."""
    return _read(value, language, names.STAGES, "unknown_stage")


def read_phase(value: str, language: Language) -> OrderPhase:
    """An order phase by its id or its name in either language."""
    return _read(value, language, names.PHASES, "unknown_phase")


def _read(value: str, language: Language, known: dict[T, wording.Text], code: str) -> T:
    wanted = value.strip().casefold().replace(" ", "_")
    for item, text in known.items():
        if wanted in (str(item), text.en.replace(" ", "_"), text.zh):
            return item
    choices = wording.listed([t.of(language) for t in known.values()], language)
    params = {"value": value.strip(), "choices": choices}
    raise errors.Refused(f"Unknown value {value!r}.", code=code, params=params)


def set_field(base: Base, rep: Rep, name: str, field: str, value: str, now: datetime) -> Message:
    """Sets the stage, the order phase, the language or what matters, as a rep types it."""
    language = rep.language
    with base.database.read() as session:
        account = find(session, rep, name)
    match field.casefold():
        case "stage" | "阶段":
            stage = read_stage(value, language)
            changed = change(base, rep, account, now, stage=stage)
            said = talk.ACCOUNT_STAGE_SET.of(language, account=account.name, stage=names.STAGES[stage].of(language))
        case "phase" | "order" | "订单":
            phase = read_phase(value, language)
            changed = change(base, rep, account, now, order_phase=phase)
            said = talk.ACCOUNT_PHASE_SET.of(language, account=account.name, phase=names.PHASES[phase].of(language))
        case "important" | "看重":
            changed = change(base, rep, account, now, important=tuple(split_list(value)))
            said = talk.ACCOUNT_SAVED.of(language, account=account.name)
        case "language" | "语言" if value.casefold() in ("en", "zh", "英文", "中文"):
            chosen = Language.ZH if value.casefold() in ("zh", "中文") else Language.EN
            changed = change(base, rep, account, now, language=chosen)
            said = talk.ACCOUNT_SAVED.of(language, account=account.name)
        case _:
            usage = "/kam account set <name> stage | phase | important | language <value>"
            raise errors.Refused(f"Unknown field {field!r}.", code="unknown_subcommand", params={"usage": usage})
    return changed.offered(plain(said))


def split_list(text: str) -> list[str]:
    """The items of a list that somebody typed with commas of either kind."""
    for mark in ("，", "；", ";", "、", "\n"):
        text = text.replace(mark, ",")
    return [item.strip() for item in text.split(",") if item.strip()]


def refuse_taken(base: Base, rep: Rep, account: Account, name: str) -> None:
    with base.database.read() as session:
        same = accounts.by_name(session, rep.team_id, rep.id, name)
    if same is not None and same.id != account.id:
        raise errors.Refused(f"{same.name} is there already.", code="account_exists", params={"name": same.name})


def rename(base: Base, rep: Rep, old: str, new: str, now: datetime) -> Message:
    """Renames an account; the old name stays as an alias."""
    new = " ".join(new.split())
    if not new or len(new) > LONGEST_NAME:
        raise errors.Refused("The new name is missing or too long.", code="name_too_long")
    with base.database.write() as session:
        account = find(session, rep, old)
        refuse_taken(base, rep, account, new)
        kept = tuple(dict.fromkeys((*account.aliases, account.name)))
        with undo.watch(base, session, rep, now, account.id) as watched:
            accounts.update(session, rep.team_id, account.id, now, name=new, aliases=kept)
    return watched.offered(plain(talk.ACCOUNT_RENAMED.of(rep.language, old=account.name, new=new)))


def alias(base: Base, rep: Rep, name: str, others: str, now: datetime) -> Message:
    """Adds aliases and e-mail domains to an account."""
    with base.database.write() as session:
        account = find(session, rep, name)
        aliases, domains = sort_names(split_list(others))
        changed = accounts.update(
            session,
            rep.team_id,
            account.id,
            now,
            aliases=tuple(dict.fromkeys((*account.aliases, *aliases))),
            domains=tuple(dict.fromkeys((*account.domains, *domains))),
        )
    shown = ", ".join((*changed.aliases, *changed.domains))
    return plain(talk.ACCOUNT_ALIASED.of(rep.language, account=account.name, names=shown))


def sort_names(items: list[str]) -> tuple[list[str], list[str]]:
    """Parts aliases from e-mail domains (with or without what stands before the @)."""
    domains = [i.rpartition("@")[2].casefold() for i in items if _is_domain(i)]
    return [i for i in items if not _is_domain(i)], domains


def _is_domain(text: str) -> bool:
    host = text.rpartition("@")[2]
    return " " not in host and "." in host.strip(".") and host.isascii()


def archive(base: Base, rep: Rep, name: str, outcome: str, now: datetime) -> Message:
    """Puts an account away; its nudges stop, nothing is deleted."""
    try:
        archived_as = ArchivedAs(outcome.strip().casefold() or "other")
    except ValueError as error:
        raise errors.Refused(f"Unknown {outcome!r}.", code="unknown_archive", params={"value": outcome}) from error
    with base.database.write() as session:
        account = find(session, rep, name)
        with undo.watch(base, session, rep, now, account.id) as watched:
            accounts.update(session, rep.team_id, account.id, now, archived_as=archived_as.value, archived_at=now)
    return watched.offered(plain(talk.ACCOUNT_ARCHIVED.of(rep.language, account=account.name)))


def restore(base: Base, rep: Rep, name: str, now: datetime) -> Message:
    with base.database.write() as session:
        account = find(session, rep, name, archived=True)
        with undo.watch(base, session, rep, now, account.id) as watched:
            changed = accounts.update(session, rep.team_id, account.id, now, archived_as=None, archived_at=None)
            planning.changed(base, session, changed, now)
    return watched.offered(plain(talk.ACCOUNT_RESTORED.of(rep.language, account=account.name)))


# --- showing --------------------------------------------------------------------------------------------------------


def overview(base: Base, rep: Rep, now: datetime) -> Message:
    """The rep's accounts, a line each."""
    language = rep.language
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
    button = Button("account:add", talk.WELCOME_ADD.of(language), primary=not mine)
    if not mine:
        return Message(
            talk.ACCOUNTS_NONE.of(language), (Paragraph(talk.ACCOUNTS_NONE.of(language)), Actions((button,)))
        )
    heading = talk.ACCOUNTS_HEADING.of(language, count=len(mine))
    lines = tuple(talk.ACCOUNT_LINE.of(language, account=a.name, facts=brief(a, language)) for a in mine[:LIST_SHOWN])
    parts: list[Part] = [Heading(heading), Bullets(lines)]
    if len(mine) > LIST_SHOWN:
        parts.append(Small(talk.ACCOUNTS_MORE.of(language, count=len(mine) - LIST_SHOWN)))
    return Message(heading, (*parts, Actions((button,))))


def brief(account: Account, language: Language) -> str:
    """Stage and order phase in a few words."""
    facts = []
    if account.stage is not None:
        facts.append(names.STAGES[account.stage].of(language))
    if account.order_phase is not None:
        facts.append(names.PHASES[account.order_phase].of(language))
    comma = "，" if language is Language.ZH else ", "
    from_texts = comma.join(facts)
    return from_texts or ("阶段未知" if language is Language.ZH else "stage not known")


def show(base: Base, rep: Rep, name: str, now: datetime) -> Message:
    """Everything that is written down on one account."""
    zone = people.require_zone(base, rep)
    with base.database.read() as session:
        account = find(session, rep, name, archived=True)
        situation = situations.load(session, account, rep, now, zone)
    language = rep.language
    edit = Actions((Button("account:edit", talk.ACCOUNT_FORM_EDIT.of(language), account.id),))
    return Message(account.name, (Heading(account.name), Bullets(tuple(_facts(situation, language))), edit))


def _facts(s: Situation, language: Language) -> list[str]:
    account, today = s.account, s.today
    lines = []
    since = (
        (account.stage, account.stage_since, names.STAGES),
        (account.order_phase, account.order_since, names.PHASES),
    )
    for value, start, texts in since:
        if value is not None:
            what = texts[value].of(language)  # type: ignore[index]
            told = _since(what, start, language, today)
            lines.append(told)
    if s.last_contact is not None:
        last = wording.day(s.last_contact.astimezone(s.now.tzinfo).date(), language, today)
        lines.append(talk.FACT_LAST_CONTACT.of(language, day=last))
    visit = s.next_visit()
    if visit is not None:
        lines.append(talk.FACT_NEXT_VISIT.of(language, when=wording.moment(visit.at, language, s.now, visit.all_day)))
    else:
        lines.append(talk.FACT_NO_VISIT.of(language))
    for problem in s.open_problems():
        opened = wording.day(problem.opened_at.astimezone(s.now.tzinfo).date(), language, today)
        lines.append(talk.FACT_PROBLEM.of(language, day=opened))
    for promise in s.promises:
        if promise.is_open:
            due = wording.day(promise.due, language, today)
            lines.append(talk.FACT_PROMISE.of(language, day=due, text=promise.text))
    if account.important:
        lines.append(talk.FACT_IMPORTANT.of(language, text=", ".join(account.important)))
    if account.aliases or account.domains:
        lines.append(talk.FACT_ALIASES.of(language, names=", ".join((*account.aliases, *account.domains))))
    return lines + [contact_line(c, language) for c in s.contacts]


def _since(what: str, start: date | None, language: Language, today: date) -> str:
    return talk.FACT_SINCE.of(language, what=what, day=wording.bare_day(start, language, today)) if start else what


def contact_line(contact: Contact, language: Language) -> str:
    role = talk.CONTACT_ROLE.of(language, role=contact.role) if contact.role else ""
    boss = talk.CONTACT_BOSS.of(language, boss=contact.boss) if contact.boss else ""
    return talk.FACT_CONTACT.of(language, name=contact.name, role=role, boss=boss)


# --- contacts -------------------------------------------------------------------------------------------------------


def leading(base: Base, rep: Rep, text: str) -> tuple[str, str]:
    """Parts "Acme Steel Wang Li, purchasing" into the account's name and the rest: the longest known name wins."""
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id)
    known = sorted((n for a in mine for n in (a.name, *a.aliases)), key=len, reverse=True)
    for name in known:
        if portfolio.name_key(text).startswith(portfolio.name_key(name)) and text[: len(name)].strip():
            return name, text[len(name) :].strip(" :：,，")
    word, _, rest = text.strip().partition(" ")
    return word, rest
