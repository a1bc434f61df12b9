"""What the owner of a play decides about a patch: make the pull request, or not now."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot import errors
from bot.content import patch_file
from bot.content.patch import Draft
from bot.core import retold
from bot.core.account import Language, Rep
from bot.core.message import Reply
from bot.core.texts import feedback as texts
from bot.log import log
from bot.usecases import complaints, patch_cards, patches
from bot.usecases.complaints import LEFT, NOTE, PATCH, UNDER_WAY
from bot.usecases.ports import Base
from storage import feedback
from storage.tables import FeedbackRow

STUCK = timedelta(minutes=10)  # a request that has been under way for so long may be asked for again

Note = Callable[[Language], str]


def leave(base: Base, rep: Rep, feedback_id: str, now: datetime) -> Reply:
    """Keeps "not now"."""
    row = _decided(base, rep, feedback_id, LEFT, now)
    base.later(lambda: _show(base, row, texts.LEFT.of))
    return Reply()


def propose(base: Base, rep: Rep, feedback_id: str, now: datetime) -> Reply:
    """Makes the pull request, soon: the message says so, and then where it is."""
    row = _decided(base, rep, feedback_id, UNDER_WAY, now)
    base.later(lambda: _propose(base, row))
    return Reply()


def _decided(base: Base, rep: Rep, feedback_id: str, becomes: str, now: datetime) -> FeedbackRow:
    """The row as it was, which now is what was decided. Refuses whoever was not told, and what is settled."""
    with base.database.write() as session:
        row = feedback.get(session, rep.team_id, feedback_id)
        if row is None:
            raise errors.Refused("Nobody knows this complaint any more.", code="card_gone")
        if rep.id not in row.sent_to:
            raise errors.Refused("It is for the owner of the play.", code="not_yours_to_settle")
        stuck = row.sent_as == UNDER_WAY and row.taken_at is not None and row.taken_at < now - STUCK
        before = UNDER_WAY if stuck else PATCH
        if not feedback.decide(session, feedback_id, before, becomes, now):
            raise errors.Refused("Settled.", code="patch_settled", params={"what": _settled(row, rep.language)})
    return row


def _settled(row: FeedbackRow, language: Language) -> str:
    if row.sent_as in (LEFT, NOTE):
        return texts.SETTLED[LEFT].of(language)
    if row.sent_as == UNDER_WAY:
        return texts.SETTLED[UNDER_WAY].of(language)
    return texts.SETTLED["proposed"].of(language, url=row.sent_as)


def _propose(base: Base, row: FeedbackRow) -> None:
    _show(base, row, texts.UNDER_WAY.of, again=True)
    sources = base.sources
    draft = complaints.drafted(sources, row, teach=False) if sources is not None else None
    if sources is None or sources.propose is None or draft is None or not draft.is_patch:
        _end(base, row, NOTE, texts.GONE.of)
        return
    files = {patch_file.path_in(change.path, sources.top()): change.after for change in draft.changes}
    try:
        url = sources.propose(f"kam/feedback-{row.id}", files, *_about(draft))
    except errors.KamError as error:
        log.warning("patch_not_proposed", feedback_id=row.id, error=error.code)
        message, repair = f"{error.message.rstrip('.')}.", error.repair
        _end(base, row, PATCH, partial(_not_taken, message, repair), again=True)
        return
    log.info("patch_proposed", feedback_id=row.id)
    _end(base, row, url, lambda language: texts.PROPOSED.of(language, url=url), url)


def _not_taken(message: str, repair: str, language: Language) -> str:
    told = [retold.in_language(sentence, language) for sentence in (message, repair)]
    if language is Language.ZH:
        told = [sentence if sentence.endswith("。") else f"{sentence} " for sentence in told]  # some stay English
    return texts.NOT_TAKEN.of(language, message=told[0], repair=told[1])


def _end(base: Base, row: FeedbackRow, sent_as: str, note: Note, url: str = "", *, again: bool = False) -> None:
    with base.database.write() as session:
        feedback.settle(session, row.id, sent_as)
    _show(base, row, note, url, again=again)


def _show(base: Base, row: FeedbackRow, note: Note, url: str = "", *, again: bool = False) -> None:
    """Shows everybody who was told how it stands; with the buttons where it may be tried `again`."""
    sources = base.sources
    if sources is None:
        return
    told = complaints.told(base, sources, row, complaints.drafted(sources, row, teach=False))
    for user_id, (channel, ts) in row.sent_to.items():
        reader = patches.reader(base, row.team_id, user_id)
        language = reader.language if reader is not None else Language.EN
        show = patch_cards.again if again else patch_cards.settled
        base.messenger.update(row.team_id, channel, ts, show(told, language, note(language), url))


def _about(draft: Draft) -> tuple[str, str]:
    """The title and the text of the request; whoever said it is not named."""
    assert draft.edit is not None
    assert draft.play is not None
    said = texts.SAID[draft.complaint.wrong].of(Language.EN, who=texts.WHO.en)
    words = f"\n\n{_as_typed(draft.complaint.wish)}" if draft.complaint.wish else ""
    line = patch_cards.effect(draft.edit, draft.play, Language.EN)
    tried = f"{texts.TRIED.en} The example is `{draft.case}`."
    return f"{draft.play.title.en}: what a rep said", f"{said}{words}\n\n{_as_typed(line)}\n\n{tried}"


def _as_typed(text: str) -> str:
    """Words of a person as a block in which a git host reads nothing: no mention, no reference, no command."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"
