"""Rehearsals: a scene walked answer by answer. Each keeps the scene it began with, and survives a restart."""

from datetime import datetime

from bot import errors
from bot.core import advice, scene
from bot.core.account import Language, Rep
from bot.core.message import Actions, Button, Heading, Message, Paragraph, Part, Reply, Small
from bot.core.scene import BEST, Closed, Continued, Scene, Score, Turn
from bot.core.texts import rehearsal as texts
from bot.usecases.ports import Base
from storage import rehearsals as stored
from storage.tables import RehearsalRow

LETTERS = "ABCD"


# --- choosing ---------------------------------------------------------------------------------------------------------


def overview(base: Base, rep: Rep, note: str = "") -> Reply:
    """The scenes, a line each."""
    language, library = rep.language, base.shelf.library
    heading = texts.HEADING.of(language)
    parts: list[Part] = [Heading(heading), Paragraph(note or texts.INTRO.of(language))]
    for one in library.scenes:
        play = library.play(one.play)
        line = one.title.of(language)
        if play is not None:
            line = texts.LINE.of(language, title=line, play=play.title.of(language))
        parts.append(Paragraph(line, button=Button("rehearsal:start", texts.START.of(language), one.play)))
    return Reply(Message(heading, (*parts, Small(texts.HOW.of(language)))))


def by_words(base: Base, rep: Rep, text: str, now: datetime) -> Reply:
    """The scene that a text names or describes; the list where none fits."""
    found = _named(base, text) or _described(base, rep, text)
    if found is None:
        return overview(base, rep, texts.NOT_FOUND.of(rep.language))
    return start(base, rep, found.play, now)


def _named(base: Base, text: str) -> Scene | None:
    """The scene whose title, or whose play's id or title, holds the text."""
    library, wanted = base.shelf.library, text.strip().casefold()
    for one in library.scenes:
        play = library.play(one.play)
        titles = (one.title, *((play.title,) if play is not None else ()))
        names = (one.play, *(t.of(language).casefold() for t in titles for language in Language))
        if any(wanted in name for name in names):
            return one
    return None


def _described(base: Base, rep: Rep, text: str) -> Scene | None:
    """The scene of the best play for a text, as advice finds it."""
    library, weights = base.shelf.take()
    ranked = advice.advise(library, weights, text, advice.Facts(language=rep.language)).plays
    return next((one for r in ranked if (one := library.scene(r.play_id)) is not None), None)


# --- walking ----------------------------------------------------------------------------------------------------------


def start(base: Base, rep: Rep, play_id: str, now: datetime, *, again: bool = False) -> Reply:
    """Opens a scene: the setting, the client's first words, and what the rep might answer."""
    one = base.shelf.library.scene(play_id)
    if one is None:
        return overview(base, rep, texts.NOT_FOUND.of(rep.language))
    row_id = base.new_id()
    row = RehearsalRow(
        id=row_id,
        team_id=rep.team_id,
        rep_id=rep.id,
        play=play_id,
        scene=one.model_dump(mode="json"),
        turn=one.turns[0].id,
        started_at=now,
    )
    with base.database.write() as session:
        stored.save(session, row)
    title = one.title.of(rep.language)
    opening = (Heading(title), Paragraph(one.setting.of(rep.language)))
    return Reply(Message(title, (*opening, *_turn(row_id, one.turns[0], rep.language))), replace=again)


def _turn(row_id: str, turn: Turn, language: Language) -> tuple[Part, ...]:
    """The client's words, and the answers by letter."""
    said = Paragraph(turn.client.of(language), label=texts.CLIENT.of(language))
    lettered = tuple(zip(LETTERS, turn.answers, strict=False))
    lines = tuple(Paragraph(choice.text.of(language), label=f"{letter}.") for letter, choice in lettered)
    buttons = tuple(Button("rehearsal:answer", letter, f"{row_id}|{turn.id}|{c.id}") for letter, c in lettered)
    return (said, *lines, Actions(buttons))


def answer(base: Base, rep: Rep, value: str, now: datetime) -> Reply:
    """What follows an answer: the principle behind it, and the client's next words or the end."""
    row_id, turn_id, answer_id = [*value.split("|"), "", ""][:3]
    with base.database.write() as session:
        row = stored.get(session, rep.team_id, row_id)
        if row is not None and row.rep_id != rep.id:
            raise errors.Refused("Somebody else's rehearsal.", code="not_yours")
        if row is None or row.turn != turn_id:
            raise errors.Refused("That turn is over.", code="rehearsal_over")
        one = Scene.model_validate(row.scene)
        turn = one.turn(turn_id)
        followed = scene.answer(one, turn_id, answer_id, Score(row.points, row.answers))
        if followed is None or turn is None:
            raise errors.Refused("No such answer.", code="rehearsal_over")
        row.points, row.answers = followed.score.points, followed.score.answers
        row.turn = followed.turn.id if followed.turn is not None else None
        row.ended_at = now if followed.turn is None else None
        stored.save(session, row)
    language = rep.language
    title = one.title.of(language)
    after = _turn(row_id, followed.turn, language) if isinstance(followed, Continued) else _end(one, followed, language)
    return Reply(Message(title, (Heading(title), *_weighed(turn, followed, language), *after)), replace=True)


def _weighed(turn: Turn, followed: Continued | Closed, language: Language) -> tuple[Part, ...]:
    """What was answered, its points and why; the stronger answer where there was one."""
    given = followed.given
    points = texts.POINTS.of(language, points=given.points)
    parts: list[Part] = [
        Paragraph(given.text.of(language), label=texts.YOU.of(language)),
        Paragraph(given.why.of(language), label=points),
    ]
    if given.points < BEST:
        parts.append(Paragraph(scene.best(turn).text.of(language), label=texts.BETTER.of(language)))
    return tuple(parts)


def _end(one: Scene, closed: Closed, language: Language) -> tuple[Part, ...]:
    points = texts.END.of(language, points=closed.score.points, most=closed.score.most)
    again = Actions((Button("rehearsal:again", texts.AGAIN.of(language), one.play),))
    return (Paragraph(closed.closing.of(language)), Small(points), again)
