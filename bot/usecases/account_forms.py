"""The window in which an account is added or changed."""

from datetime import datetime
from typing import Any

from bot import errors
from bot.core.account import Account, Language, OrderPhase, Rep, Stage
from bot.core.message import (
    Filled,
    Form,
    Input,
    Message,
    Option,
    plain,
)
from bot.core.texts import names, talk
from bot.usecases import accounts as account_cases
from bot.usecases.ports import Base
from storage import accounts


def form(language: Language, account: Account | None = None, name: str = "") -> Form:
    """The window to add an account, or to change this one."""
    stages = tuple(
        Option(s.value, f"{names.STAGES[s].of(language)}: {names.STAGE_HINTS[s].of(language)}"[:75]) for s in Stage
    )
    phases = tuple(Option(p.value, names.PHASES[p].of(language)) for p in OrderPhase)
    languages = (Option("en", talk.ENGLISH.of(language)), Option("zh", talk.CHINESE.of(language)))
    title = talk.ACCOUNT_FORM if account is None else talk.ACCOUNT_FORM_EDIT
    now = account or Account(id="", team_id="", rep_id="", name=name)
    inputs = (
        Input(
            "name",
            talk.ACCOUNT_NAME.of(language),
            initial=now.name,
            hint=talk.ACCOUNT_NAME_HINT.of(language),
            longest=account_cases.LONGEST_NAME,
        ),
        Input("stage", talk.ACCOUNT_STAGE.of(language), "choice", stages, now.stage or "", optional=True),
        Input("phase", talk.ACCOUNT_PHASE.of(language), "choice", phases, now.order_phase or "", optional=True),
        Input("language", talk.ACCOUNT_LANGUAGE.of(language), "choice", languages, now.language or "", optional=True),
        Input(
            "aliases",
            talk.ACCOUNT_ALIASES.of(language),
            initial=", ".join((*now.aliases, *now.domains)),
            hint=talk.ACCOUNT_ALIASES_HINT.of(language),
            optional=True,
        ),
        Input(
            "important",
            talk.ACCOUNT_IMPORTANT.of(language),
            initial=", ".join(now.important),
            hint=talk.ACCOUNT_IMPORTANT_HINT.of(language),
            optional=True,
        ),
    )
    return Form(
        name="account",
        title=title.of(language),
        submit=talk.SAVE.of(language),
        close=talk.CANCEL.of(language),
        inputs=inputs,
        subject=account.id if account is not None else "",
    )


def edit_form(base: Base, rep: Rep, account_id: str) -> Form:
    with base.database.read() as session:
        account = accounts.get(session, rep.team_id, account_id)
    if account is None or account.rep_id != rep.id:
        raise errors.Refused("That account is not this rep's.", code="no_such_account", params={"name": "?"})
    return form(rep.language, account)


def submit(base: Base, rep: Rep, account_id: str, filled: Filled, now: datetime) -> Message:
    """Keeps what was filled in: a new account, or the changed one."""
    aliases, domains = account_cases.sort_names(account_cases.split_list(filled.get("aliases")))
    values: dict[str, Any] = {
        "stage": filled.one_of(Stage, "stage"),
        "order_phase": filled.one_of(OrderPhase, "phase"),
        "language": filled.one_of(Language, "language"),
        "aliases": tuple(aliases),
        "domains": tuple(domains),
        "important": tuple(account_cases.split_list(filled.get("important"))),
    }
    if not account_id:
        return account_cases.add(base, rep, filled.get("name"), now, **values)
    with base.database.read() as session:
        account = accounts.get(session, rep.team_id, account_id)
    if account is None or account.rep_id != rep.id:
        raise errors.Refused("That account is not this rep's.", code="no_such_account", params={"name": "?"})
    name = " ".join(filled.get("name").split()) or account.name
    account_cases.refuse_taken(base, rep, account, name)
    said = talk.ACCOUNT_SAVED.of(rep.language, account=name)
    if name != account.name:
        said = talk.ACCOUNT_RENAMED.of(rep.language, old=account.name, new=name)
        values |= {"name": name, "aliases": tuple(dict.fromkeys((*aliases, account.name)))}
    return account_cases.change(base, rep, account, now, **values).offered(plain(said))
