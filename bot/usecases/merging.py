"""Two accounts that are one: everything of the first moves to the second."""

from datetime import datetime

from bot import errors
from bot.core.account import Rep
from bot.core.message import Message, plain
from bot.core.texts import roles as texts
from bot.usecases import accounts as account_cases
from bot.usecases import planning, undo
from bot.usecases.ports import Base
from storage import accounts, moves


def merge(base: Base, rep: Rep, source: str, target: str, now: datetime) -> Message:
    """Moves all of one account to another and puts the first away; can be taken back for a minute."""
    with base.database.write() as session:
        old = account_cases.find(session, rep, source, archived=True)
        into = account_cases.find(session, rep, target)
        if old.id == into.id:
            raise errors.Refused("One account already.", code="merge_same")
        with undo.watch(base, session, rep, now, old.id, into.id, wide=True) as watched:
            moves.merge(session, rep.team_id, old.id, into.id, now)
            merged = accounts.get(session, rep.team_id, into.id)
            assert merged is not None
            planning.changed(base, session, merged, now)
    return watched.offered(plain(texts.MERGED.of(rep.language, source=old.name, target=into.name)))
