"""Undo: a change of an account can be taken back for a minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot import errors
from bot.core.account import Account, Rep
from bot.core.message import Actions, Button, Message, Reply, plain
from bot.core.texts import roles as texts
from bot.usecases import planning
from bot.usecases.ports import Base
from storage import accounts, reps
from storage import undo as kept
from storage.tables import UndoRow


@dataclass
class Watched:
    """What was changed meanwhile; `undo_id` is set once it is over, if anything was."""

    rep: Rep
    undo_id: str = field(default="")

    def offered(self, message: Message) -> Message:
        """The message, with a button that takes the change back."""
        if not self.undo_id:
            return message
        button = Button("undo:back", texts.UNDO.of(self.rep.language), self.undo_id)
        return Message(message.summary, (*message.parts, Actions((button,))))


@contextmanager
def watch(
    base: Base, session: Session, rep: Rep, now: datetime, *account_ids: str, wide: bool = False, settings: bool = False
) -> Iterator[Watched]:
    """Keeps how to take back what the block changes on these accounts; `wide` where more than the account, its
    stages and its visits may change, `settings` where the rep's own do. To be used inside the transaction of the
    change."""

    def look() -> kept.Picture:
        own = kept.look_at_rep(session, rep.team_id, rep.id) if settings else {}
        return {**kept.look(session, account_ids, wide=wide), **own}

    before = look()
    watched = Watched(rep)
    yield watched
    changes = kept.changes(before, look())
    if not any(change["after"] is not None or change["table"] != "nudge" for change in changes):
        return
    watched.undo_id = base.new_id()
    row = UndoRow(
        id=watched.undo_id,
        team_id=rep.team_id,
        rep_id=rep.id,
        accounts=list(account_ids),
        changes=changes,
        made_at=now,
    )
    kept.keep(session, row)


def back(base: Base, rep: Rep, undo_id: str, now: datetime) -> Reply:
    """Takes a change back, once, within a minute, and only if nothing of it has changed since."""
    with base.database.write() as session:
        row = kept.get(session, rep.team_id, undo_id)
        if row is None or now - row.made_at > kept.LASTS:
            raise errors.Refused("Too late.", code="undo_late")
        if row.rep_id != rep.id:
            raise errors.Refused("Somebody else's change.", code="not_yours")
        if row.used_at is not None:
            raise errors.Refused("Undone already.", code="undo_used")
        if not kept.stands(session, row):
            raise errors.Refused("It has changed since.", code="undo_moved_on")
        row.used_at = now
        session.add(row)
        session.flush()
        ids = list(row.accounts)
        keepers = {key: found.rep_id for key in ids if (found := accounts.get(session, rep.team_id, key)) is not None}
        kept.take_back(session, row)
        if any(change["table"] == "rep" for change in row.changes):
            _settings_back(base, session, rep, now)
        for account_id in ids:
            account = accounts.get(session, rep.team_id, account_id)
            if account is None:
                continue
            planning.changed(base, session, account, now)
            if account.rep_id != keepers.get(account_id):
                _tell(base, reps.get(session, rep.team_id, account.rep_id), account)
    return Reply(plain(texts.UNDONE.of(rep.language)), replace=True)


def _settings_back(base: Base, session: Session, rep: Rep, now: datetime) -> None:
    """Plans anew by the settings as they were; whoever was named as stand-in and not told yet is not told."""
    back = reps.get(session, rep.team_id, rep.id)
    if back is not None:
        planning.replan(base, session, back, now)


def _tell(base: Base, keeper: Rep | None, account: Account) -> None:
    """Tells somebody that an account is theirs again."""
    if keeper is not None and keeper.active:
        text = texts.UNDO_TOLD.of(keeper.language, accounts=account.name)

        def post() -> None:
            base.messenger.post(keeper.team_id, keeper.id, plain(text), base.new_id())

        base.later(post)
