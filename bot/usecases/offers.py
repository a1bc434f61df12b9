"""Accounts that are offered to a colleague: asking, taking on, declining, giving on; and what becomes of a leaver's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import errors
from bot.core import nudge
from bot.core.account import Account, Language, Rep
from bot.core.message import Actions, Button, Form, Input, Message, Paragraph, Part, Reply, plain
from bot.core.nudge import Nudge
from bot.core.priority import Rank
from bot.core.texts import roles as texts
from bot.core.texts import talk
from bot.core.wording import Text
from bot.log import log
from bot.usecases import handover, people, planning, stand_ins, undo
from bot.usecases.ports import Asker, Base
from storage import accounts, history, moves, nudge_history, nudges, reps, roles
from storage.tables import NudgeRow

HANDED, LEFT, STAYED = "account_handed", "account_left", "account_stayed"  # cues: why the accounts are offered
CUES = (HANDED, LEFT, STAYED)
LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Offer:
    """Accounts of `giver` for `to`. `by` asks, `after` is the offer that this one answers; either may be nobody's."""

    id: str
    cue: str
    team_id: str
    giver: str
    to: str
    account_ids: Sequence[str]
    by: str = ""
    after: str = ""


# --- asking ---------------------------------------------------------------------------------------------------------


def give_form(base: Base, rep: Rep, account_id: str) -> Reply:
    """Asks to whom an account goes."""
    with base.database.read() as session:
        account = _own(session, rep, account_id)
    return Reply(form=_form(rep.language, f"account|{account.id}", account.name))


def give_on_form(base: Base, rep: Rep, offer_id: str) -> Reply:
    """Asks to whom offered accounts go instead."""
    with base.database.read() as session:
        offered = _still(session, rep, _open(session, rep, offer_id))
    return Reply(form=_form(rep.language, f"offer|{offer_id}", handover.listed(offered, rep.language)))


def _form(language: Language, subject: str, named: str) -> Form:
    title, send, close = (t.of(language) for t in (texts.GIVE_FORM, texts.GIVE_SEND, talk.CANCEL))
    field = Input("people", texts.GIVE_TO.of(language), "people")
    return Form("give", title, send, close, (field,), texts.GIVE_INTRO.of(language, accounts=named), subject)


def give(base: Base, rep: Rep, subject: str, chosen: str, now: datetime) -> Reply:
    """Asks the chosen colleague; nothing changes hands before they say yes."""
    kind, _, key = subject.partition("|")
    ids = [p.strip() for p in chosen.split(",") if p.strip()]
    if len(ids) != 1:
        raise errors.Refused("One person is needed.", code="one_person")
    if ids[0] == rep.id:
        raise errors.Refused("It is theirs already.", code="not_to_self")
    with base.database.read() as session:
        if kind == "offer":
            row = _open(session, rep, key)
            offered = _still(session, rep, row)
        else:
            offered = [_own(session, rep, key)]
    after = key if kind == "offer" else ""
    found = [a.id for a in offered]
    offer = Offer(base.new_id(), HANDED, rep.team_id, offered[0].rep_id, ids[0], found, rep.id, after)
    base.later(lambda: ask(base, rep, offer))
    if kind == "offer":
        return Reply(plain(texts.GIVE_OTHER_ASKED.of(rep.language)))  # the offer stands until one says yes
    return Reply(plain(texts.GIVE_ASKED.of(rep.language, accounts=offered[0].name)))


def ask(base: Base, rep: Rep, offer: Offer) -> None:
    """Plans the question to the receiver; where they cannot be asked, says so to `rep`. It asks Slack first."""
    profile = base.messenger.profile(offer.team_id, offer.to)
    mine = base.messenger.profile(rep.team_id, rep.id)
    name = profile.name if profile is not None and profile.name else texts.OFFER_SOMEBODY.of(rep.language)
    with base.database.read() as session:
        named = handover.listed(_accounts(session, offer.team_id, offer.account_ids), rep.language)
    if profile is None or profile.deleted or profile.guest or profile.bot:
        tell(base, rep, texts.CANNOT_RECEIVE.of(rep.language, name=name, accounts=named))
        return
    if not _plan(base, offer, mine.name if mine is not None else ""):
        tell(base, rep, texts.NO_ZONE.of(rep.language, name=name))
    elif offer.after:
        with base.database.write() as session:
            nudge_history.answer(session, rep.team_id, offer.after, "given", base.clock.now())


def _plan(base: Base, offer: Offer, name: str) -> bool:
    """Writes the offer into the outbox; False if the receiver cannot be written to yet."""
    now = base.clock.now()
    receiver = people.meet(base, Asker(offer.team_id, offer.to), now).rep
    if planning.zone_of(base, receiver) is None or not receiver.active:
        return False
    known = (("from", offer.giver), ("by", offer.by), ("name", name))
    planned = nudge.word(
        offer.team_id,
        offer.to,
        f"offer:{offer.id}",
        offer.cue,
        now,
        now + LASTS,
        priority=Rank.DATED,
        account_id=offer.account_ids[0],
        facts=(*known, *(("account", key) for key in offer.account_ids)),
    )
    with base.database.write() as session:
        nudges.plan(session, [replace(planned, id=offer.id)], now)  # whoever answers it knows the offer
    base.wake.set()
    return True


def tell(base: Base, rep: Rep, text: str) -> None:
    """Writes to a rep beside the outbox: an answer to something that they did."""
    base.messenger.post(rep.team_id, rep.id, plain(text), base.new_id())


# --- the question ---------------------------------------------------------------------------------------------------


def question(base: Base, session: Session, rep: Rep, planned: Nudge, now: datetime) -> Message | None:
    """What the receiver reads; None where there is nothing left to take on."""
    known = dict(planned.facts)
    ids = [value for name, value in planned.facts if name == "account"]
    offered = [a for a in _accounts(session, rep.team_id, ids) if a.rep_id in (known.get("from"), rep.id)]
    if not offered:
        return None
    language, named = rep.language, handover.listed(offered, rep.language)
    name = known.get("name") or texts.OFFER_SOMEBODY.of(language)
    take = Button("offer:take", texts.TAKE_THEM.of(language), planned.id, primary=True)
    on = Button("offer:give", texts.GIVE_THEM.of(language), planned.id)
    if planned.cue == HANDED:
        text = texts.OFFER.of(language, name=name, accounts=named)
        take = Button("offer:take", texts.OFFER_TAKE.of(language), planned.id, primary=True)
        on = Button("offer:decline", texts.OFFER_DECLINE.of(language), planned.id)
    elif planned.cue == STAYED:
        text = texts.STAYED.of(language, accounts=named)
    else:
        left = texts.LEFT_ONE if len(offered) == 1 else texts.LEFT
        text = left.of(language, name=name, count=len(offered), accounts=named)
    pack = handover.of_account(base, session, rep, offered[0], now).parts if len(offered) == 1 else ()
    first = () if pack else _troubled(session, rep, offered)
    return Message(text, (Paragraph(text), *first, *pack, Actions((take, on))))


def _troubled(session: Session, rep: Rep, offered: Sequence[Account]) -> tuple[Part, ...]:
    """Of several accounts, those where a problem is open: they cannot wait for the others."""
    found = [a for a in offered if any(p.confirmed_at is None for p in history.problems(session, rep.team_id, a.id))]
    if not found:
        return ()
    return (Paragraph(texts.OFFER_TROUBLED.of(rep.language, accounts=handover.listed(found, rep.language))),)


def _accounts(session: Session, team_id: str, ids: Sequence[str]) -> list[Account]:
    found = (accounts.get(session, team_id, key) for key in ids)
    return [account for account in found if account is not None]


def _own(session: Session, rep: Rep, account_id: str) -> Account:
    account = accounts.get(session, rep.team_id, account_id)
    if account is None or account.rep_id != rep.id:
        raise errors.Refused("That account is not this rep's.", code="offer_gone")
    return account


def _open(session: Session, rep: Rep, offer_id: str) -> NudgeRow:
    """The offer of a button. Refuses strangers, and what was answered."""
    row = nudge_history.get(session, rep.team_id, offer_id)
    if row is None or row.cue not in CUES:
        raise errors.Refused("The offer is gone.", code="offer_gone")
    if row.rep_id != rep.id:
        raise errors.Refused("The offer is for somebody else.", code="not_yours")
    if row.answered_at is not None:
        raise errors.Refused("The offer was answered.", code="offer_gone")
    return row


def _still(session: Session, rep: Rep, row: NudgeRow) -> list[Account]:
    """The offered accounts that nobody has taken meanwhile. Refuses where there are none."""
    giver = next((value for name, value in row.facts if name == "from"), "")
    ids = [value for name, value in row.facts if name == "account"]
    found = [a for a in _accounts(session, rep.team_id, ids) if a.rep_id == giver]
    if not found:
        raise errors.Refused("Nothing is left of the offer.", code="offer_gone")
    return found


# --- the answer -----------------------------------------------------------------------------------------------------


def take(base: Base, rep: Rep, offer_id: str, now: datetime) -> Reply:
    """Makes the offered accounts the rep's own, with all that goes along; can be taken back for a minute."""
    with base.database.write() as session:
        row = _open(session, rep, offer_id)
        offered = _still(session, rep, row)
        for account in offered:
            same = accounts.by_name(session, rep.team_id, rep.id, account.name)
            if same is not None and same.id != account.id:
                raise errors.Refused("The name is taken.", code="same_name", params={"account": account.name})
        manager = roles.manager_of(session, rep.team_id, rep.id)
        with undo.watch(base, session, rep, now, *(a.id for a in offered), wide=True) as watched:
            nudge_history.answer(session, rep.team_id, offer_id, "taken", now)
            for account in offered:
                _taken(base, session, rep, account, manager, now)
        _tell_asker(base, session, row, offered, texts.TAKEN_TOLD)
    text = texts.TAKEN.of(rep.language, accounts=handover.listed(offered, rep.language))
    return Reply(watched.offered(plain(text)), replace=True)


def _tell_asker(base: Base, session: Session, row: NudgeRow, offered: list[Account], text: Text) -> None:
    """Tells whoever made an offer what became of it."""
    by = next((value for name, value in row.facts if name == "by"), "")
    asker = reps.get(session, row.team_id, by) if by else None
    if asker is not None and asker.active:
        told = text.of(asker.language, accounts=handover.listed(offered, asker.language))
        base.later(lambda: tell(base, asker, told))


def _taken(base: Base, session: Session, rep: Rep, account: Account, manager: str | None, now: datetime) -> None:
    if account.rep_id != rep.id:
        moves.hand_over(session, rep.team_id, account.id, rep.id, manager, now)
    live = accounts.update(session, rep.team_id, account.id, now, archived_as=None, archived_at=None)
    planning.changed(base, session, live, now)


def decline(base: Base, rep: Rep, offer_id: str, now: datetime) -> Reply:
    """Leaves the accounts where they are, and tells the giver."""
    with base.database.write() as session:
        row = _open(session, rep, offer_id)
        offered = _still(session, rep, row)
        nudge_history.answer(session, rep.team_id, offer_id, "declined", now)
        _tell_asker(base, session, row, offered, texts.DECLINED_TOLD)
    return Reply(plain(texts.DECLINED.of(rep.language)), replace=True)


# --- somebody leaves --------------------------------------------------------------------------------------------------


def left(base: Base, asker: Asker) -> None:
    """A person was deactivated: nothing more is sent to them, and their accounts are offered to their manager."""
    with base.database.write() as session:
        rep = reps.get(session, asker.team_id, asker.user_id)
        if rep is None or not rep.active:
            return
        reps.save(session, asker.team_id, asker.user_id, active=False)
        stand_ins.cannot(session, asker.team_id, asker.user_id, base.clock.now())
        mine = accounts.of_rep(session, asker.team_id, asker.user_id)
    profile = base.messenger.profile(asker.team_id, asker.user_id)
    name = profile.name if profile is not None else ""
    to_manager(base, LEFT, asker, asker.user_id, [a.id for a in mine], name)


def to_manager(base: Base, cue: str, of: Asker, giver: str, account_ids: Sequence[str], name: str = "") -> None:
    """Offers accounts to the manager of a person, or where there is none that can be asked, to an admin."""
    with base.database.read() as session:
        manager = roles.manager_of(session, of.team_id, of.user_id)
    above = [*([manager] if manager else []), *sorted(base.admins_of(of.team_id) - {of.user_id})]
    for to in dict.fromkeys(above):
        if to_one(base, cue, of.team_id, to, account_ids, giver, name):
            return
    if account_ids:
        log.warning("accounts_without_rep", count=len(account_ids))


def to_one(
    base: Base, cue: str, team_id: str, to: str, account_ids: Sequence[str], giver: str = "", name: str = ""
) -> bool:
    """Offers accounts to one person; False if they cannot be asked. Without a giver they are theirs already."""
    if not account_ids:
        return False
    offer = Offer(base.new_id(), cue, team_id, giver or to, to, list(account_ids))
    try:
        return _plan(base, offer, name)
    except errors.Refused as error:
        log.info("offer_refused", code=error.code)
        return False
