"""Who is whose boss, as an admin sets it."""

from datetime import datetime

from bot import errors
from bot.core.account import Rep
from bot.core.message import Form, Input, Reply, plain
from bot.core.texts import roles as texts
from bot.core.texts import talk
from bot.usecases.ports import Base
from storage import roles


def form(base: Base, rep: Rep) -> Reply:
    """The window in which an admin says whose manager is who. Refuses others."""
    _require_admin(base, rep)
    with base.database.read() as session:
        count = len(roles.of_team(session, rep.team_id))
    language = rep.language
    inputs = (
        Input("rep", texts.ROLES_REP.of(language), "people"),
        Input(
            "manager",
            texts.ROLES_MANAGER.of(language),
            "people",
            hint=texts.ROLES_MANAGER_HINT.of(language),
            optional=True,
        ),
    )
    title, save, close = (t.of(language) for t in (texts.ROLES_FORM, talk.SAVE, talk.CANCEL))
    return Reply(form=Form("roles", title, save, close, inputs, texts.ROLES_NOW.of(language, count=count)))


def submit(base: Base, rep: Rep, chosen: str, manager: str, now: datetime) -> Reply:
    """Keeps who somebody's manager is; nobody becomes their own boss."""
    _require_admin(base, rep)
    below, above = _people(chosen), _people(manager)
    if len(below) != 1 or len(above) > 1:
        raise errors.Refused("One person each.", code="one_person")
    boss = above[0] if above else None
    with base.database.write() as session:
        if boss is not None and (boss == below[0] or roles.is_boss(session, rep.team_id, below[0], boss)):
            raise errors.Refused("Nobody is their own boss.", code="own_boss")
        roles.set_manager(session, rep.team_id, below[0], boss, rep.id, now)
    return Reply(plain((texts.ROLES_SAVED if boss else texts.ROLES_CLEARED).of(rep.language)))


def _people(chosen: str) -> list[str]:
    return [p.strip() for p in chosen.split(",") if p.strip()]


def _require_admin(base: Base, rep: Rep) -> None:
    if rep.id not in base.admins_of(rep.team_id):
        raise errors.Refused("Not an admin.", code="not_an_admin")
