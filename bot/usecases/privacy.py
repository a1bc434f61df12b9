"""What is stored of a rep: given to them as one file, or deleted for good."""

import json
import secrets
from datetime import datetime
from typing import Any

from bot import errors
from bot.core import wording
from bot.core.account import Language, Rep
from bot.core.message import (
    Bullets,
    Filled,
    Form,
    Heading,
    Input,
    Message,
    Option,
    Paragraph,
    Part,
    Reply,
    Small,
    plain,
)
from bot.core.texts import privacy as texts
from bot.core.texts import talk
from bot.log import log
from bot.usecases import offers, planning, stand_ins
from bot.usecases.ports import Asker, Base
from storage import belongings, moves, reps, roles
from storage.belongings import Owner
from storage.tables import ReceiptRow

KEEP, DELETE = "keep", "delete"
WORDS = ("forget me", "忘掉我", "忘记我")


# --- export ---------------------------------------------------------------------------------------------------------


def export(base: Base, rep: Rep, now: datetime) -> dict[str, Any]:
    """Everything that is stored of a rep, by part, each with a word on what it is."""
    with base.database.read() as session:
        found = belongings.rows(session, rep.team_id, rep.id)
    return {
        "format": "kam-export",
        "version": 1,
        "made_at": _local(base, rep, now).isoformat(timespec="seconds"),
        "workspace": rep.team_id,
        "rep": rep.id,
        "parts": {name: {"what": _holds(name, rep.language), "rows": rows} for name, rows in found.items()},
    }


def send_export(base: Base, rep: Rep, now: datetime) -> Reply:
    """Says that the file comes, and puts it into the rep's DM soon."""
    base.later(lambda: _upload(base, rep, now))
    return Reply(plain(texts.EXPORT_SOON.of(rep.language)))


def _upload(base: Base, rep: Rep, now: datetime) -> None:
    document = export(base, rep, now)
    content = json.dumps(document, ensure_ascii=False, indent=1).encode()
    local = _local(base, rep, now)
    count = sum(len(part["rows"]) for part in document["parts"].values())
    comment = texts.EXPORT_COMMENT.of(rep.language, when=wording.exact(local, rep.language, local), count=count)
    if base.messenger.upload(rep.team_id, rep.id, f"kam-export-{local:%Y-%m-%d}.json", content, comment):
        log.info("data_exported", rep_id=rep.id, rows=count)
    else:
        offers.tell(base, rep, texts.EXPORT_FAILED.of(rep.language))


def _local(base: Base, rep: Rep, now: datetime) -> datetime:
    zone = planning.zone_of(base, rep)
    return now.astimezone(zone) if zone is not None else now


def _holds(name: str, language: Language) -> str:
    return texts.HOLDS[name].of(language) if name in texts.HOLDS else name


def _named(name: str, language: Language) -> str:
    return texts.NAMES[name].of(language) if name in texts.NAMES else name


# --- forget ---------------------------------------------------------------------------------------------------------


def forget_form(base: Base, rep: Rep) -> Reply:
    """Says what goes and what may stay, and asks for a typed word."""
    language = rep.language
    with base.database.read() as session:
        counts = belongings.counts(session, rep.team_id, rep.id)
        has_manager = roles.manager_of(session, rep.team_id, rep.id) is not None or bool(
            base.admins_of(rep.team_id) - {rep.id}
        )
    lines = [texts.RECEIPT_LINE.of(language, what=_named(n, language), count=c) for n, c in counts.items()]
    what = ("、" if language is Language.ZH else ", ").join(lines) or texts.FORGET_NOTHING_MORE.of(language)
    inputs = [Input("word", texts.FORGET_TYPE.of(language), longest=40)]
    if counts.get("account") and has_manager:
        options = (Option(KEEP, texts.FORGET_KEEP.of(language)), Option(DELETE, texts.FORGET_DELETE.of(language)))
        inputs.append(Input("accounts", texts.FORGET_ACCOUNTS.of(language), "choice", options, KEEP))
    title, send, close = (t.of(language) for t in (texts.FORGET_FORM, texts.FORGET_SEND, talk.CANCEL))
    intro = texts.FORGET_INTRO.of(language, what=what)
    return Reply(form=Form("forget", title, send, close, tuple(inputs), intro))


def submit(base: Base, rep: Rep, filled: Filled, now: datetime) -> Reply:
    """Forgets the rep once they typed the word."""
    if filled.get("word").strip("\"'“”。. ").casefold() not in WORDS:
        raise errors.Refused("The word was not typed.", code="forget_word")
    row = forget(base, rep, now, keep_accounts=filled.get("accounts") == KEEP)
    return Reply(receipt(base, rep, row, now))


def forget(base: Base, rep: Rep, now: datetime, *, keep_accounts: bool) -> ReceiptRow:
    """Deletes everything of a rep in one transaction and returns the receipt.

    `keep_accounts`: accounts, with what belongs to them, go to the rep's manager, put away until somebody takes them.
    """
    row = ReceiptRow(id=secrets.token_hex(6), team_id=rep.team_id, at=now)
    live: list[str] = []
    with base.database.write() as session:
        manager = _successor(base, roles.manager_of(session, rep.team_id, rep.id), rep) if keep_accounts else None
        if manager is not None:
            row.kept = belongings.counts(session, rep.team_id, rep.id, Owner.ACCOUNT)
            live = moves.take_all(session, rep.team_id, rep.id, manager, now)
        stand_ins.cannot(session, rep.team_id, rep.id, now)
        row.deleted = belongings.forget(session, rep.team_id, rep.id)
        belongings.keep_receipt(session, row)
        session.expunge(row)
    base.database.tidy()
    log.info("rep_forgotten", receipt=row.id)
    if manager is not None:
        offer_to(base, rep.team_id, manager, live)
    return row


def offer_to(base: Base, team_id: str, manager: str, account_ids: list[str]) -> None:
    """Offers the accounts that stayed to whoever keeps them now, soon."""

    def offer() -> None:
        offers.to_one(base, offers.STAYED, team_id, manager, account_ids)

    base.later(offer)


def _successor(base: Base, manager: str | None, rep: Rep) -> str | None:
    return manager or next(iter(sorted(base.admins_of(rep.team_id) - {rep.id})), None)


def receipt(base: Base, rep: Rep, row: ReceiptRow, now: datetime) -> Message:
    """What a receipt says: reference, time, counts."""
    language, local = rep.language, _local(base, rep, now)
    heading = texts.RECEIPT.of(language, when=wording.exact(local, language, local), reference=row.id)
    parts: list[Part] = [Heading(heading), Paragraph(texts.RECEIPT_GONE.of(language)), _counted(row.deleted, language)]
    if row.kept:
        parts += [Paragraph(texts.RECEIPT_KEPT.of(language)), _counted(row.kept, language)]
    return Message(heading, (*parts, Small(texts.RECEIPT_BYE.of(language))))


def _counted(counts: dict[str, int], language: Language) -> Bullets:
    return Bullets(tuple(texts.RECEIPT_LINE.of(language, what=_named(n, language), count=c) for n, c in counts.items()))


# --- on the command line ----------------------------------------------------------------------------------------------


def known(base: Base, asker: Asker) -> Rep:
    """The rep of that id. Refuses one of whom nothing is stored: asking must not make a row."""
    with base.database.read() as session:
        rep = reps.get(session, asker.team_id, asker.user_id)
    if rep is None:
        raise errors.Refused(
            f"Nothing is stored of {asker.user_id}.", repair="Check the Slack user id.", code="unknown_rep"
        )
    return rep
