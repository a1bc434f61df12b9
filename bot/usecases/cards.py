"""Cards: the messages around a play, put together from facts and texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core import wording
from bot.core.account import Account, Language, Rep
from bot.core.message import Actions, Bullets, Button, Heading, Menu, Message, Paragraph, Part, Small
from bot.core.playbook import Play
from bot.core.situation import Visit
from bot.core.texts import cards, names


@dataclass(frozen=True, slots=True)
class Opened:
    """One visit of a shared card: which nudge it belongs to, and its point (none on an empty card)."""

    nudge_id: str
    account: Account
    visit: Visit
    play: Play | None
    wording: int | None
    step: str = ""  # of the two-year picture, as a line


def client_language(account: Account | None, rep: Rep) -> Language:
    """The language in which something is said to the client."""
    return account.language if account is not None and account.language is not None else rep.language


def point(play: Play, wording_index: int, rep: Rep, account: Account | None) -> list[Part]:
    """Do, say, not: all in the rep's language, but what is said to the client in the client's."""
    mine = play.wordings.of(rep.language)[wording_index]
    theirs = play.wordings.of(client_language(account, rep))[wording_index]
    return [
        Paragraph(_filled(mine.do, account), label=cards.DO.of(rep.language)),
        Paragraph(quoted(theirs.say, client_language(account, rep)), label=cards.SAY.of(rep.language)),
        Paragraph(_filled(mine.avoid, account), label=cards.NOT.of(rep.language)),
    ]


def _filled(text: str, account: Account | None) -> str:
    return text.replace("{account}", account.name) if account is not None else text


def quoted(text: str, language: Language) -> str:
    text = text.strip().strip("\"'“”")
    return f"“{text}”" if language is Language.ZH else f'"{text}"'


def source(play: Play, language: Language) -> Small:
    article = names.ARTICLES[play.source.article].of(language)
    return Small(
        cards.SOURCE.of(language, article=article, section=play.source.section) + f" · {play.title.of(language)}"
    )


def titled(account: str, title: str, language: Language) -> str:
    """ "Account: title", as headings have it."""
    return cards.NUDGE_HEADING.of(language, account=account, title=title)


def card_buttons(nudge_id: str, language: Language, dialogue: bool, instead: Sequence[Button] | None = None) -> Actions:
    """The three buttons of a card, or others `instead`, and its menu."""
    menu = [
        (cards.MORE_WHY.of(language), f"why|{nudge_id}"),
        (cards.MORE_LATER.of(language), f"later|{nudge_id}"),
        (cards.MORE_WRONG.of(language), f"wrong|{nudge_id}"),
        (cards.MORE_STOP.of(language), f"stop|{nudge_id}"),
    ]
    if dialogue:
        menu.append((cards.MORE_DIALOGUE.of(language), f"dialogue|{nudge_id}"))
    usual = (
        Button("card:commit", cards.COMMIT.of(language), nudge_id, primary=True),
        Button("card:another", cards.ANOTHER.of(language), nudge_id),
        Button("card:skip", cards.SKIP.of(language), nudge_id),
    )
    return Actions(tuple(instead) if instead is not None else usual, Menu("card:more", tuple(menu)))


def visit_card(opened: Opened, others: Sequence[Opened], rep: Rep, now: datetime, zone: ZoneInfo) -> Message:
    """The card of a visit; further visits of the day stand below, a line each."""
    language, local = rep.language, now.astimezone(zone)
    when = wording.exact(opened.visit.at, language, local, opened.visit.all_day)
    heading = cards.VISIT_HEADING.of(language, account=opened.account.name, when=when)
    summary = cards.VISIT_SUMMARY.of(language, account=opened.account.name, when=when)
    if others:
        day = wording.day(opened.visit.at.astimezone(zone).date(), language)
        summary = cards.VISITS_SUMMARY.of(language, count=len(others) + 1, day=day)
    parts: list[Part] = [Heading(heading[:150])]
    if opened.play is None or opened.wording is None:
        parts.append(Paragraph(cards.NO_POINT.of(language, account=opened.account.name)))
        parts += [Small(opened.step)] if opened.step else []
        parts.append(_without_point(opened.nudge_id, language))
    else:
        parts += [*point(opened.play, opened.wording, rep, opened.account), source(opened.play, language)]
        parts += [Small(opened.step)] if opened.step else []
        parts.append(card_buttons(opened.nudge_id, language, opened.play.dialogue is not None))
    parts += [_other_line(other, rep, local) for other in others]
    return Message(summary, tuple(parts))


def _without_point(nudge_id: str, language: Language) -> Actions:
    """What can be said to a card that asks for nothing: not this time, later, and why nothing."""
    menu = ((cards.MORE_WHY.of(language), f"why|{nudge_id}"), (cards.MORE_LATER.of(language), f"later|{nudge_id}"))
    return Actions((Button("card:skip", cards.SKIP.of(language), nudge_id),), Menu("card:more", menu))


def _other_line(other: Opened, rep: Rep, local: datetime) -> Paragraph:
    language = rep.language
    when = wording.exact(other.visit.at, language, local, other.visit.all_day)
    if other.play is None:
        return Paragraph(cards.VISIT_HEADING.of(language, account=other.account.name, when=when))
    title = other.play.title.of(language)
    text = cards.OTHER_VISIT.of(language, account=other.account.name, when=when, title=title)
    return Paragraph(text, button=Button("card:open", cards.OPEN_VISIT.of(language), other.nudge_id))


@dataclass(frozen=True, slots=True)
class Extra:
    """What a nudge has beside its point: what it is about, the picture's step, buttons of its own."""

    about: str = ""
    step: str = ""
    buttons: tuple[Button, ...] | None = None


def nudge_card(
    nudge_id: str, play: Play, wording_index: int, account: Account, rep: Rep, extra: Extra | None = None
) -> Message:
    """A nudge outside a visit: what it is about where that has a date, the same point, the same buttons."""
    language, extra = rep.language, extra or Extra()
    title = titled(account.name, play.title.of(language), language)
    parts: list[Part] = [Heading(title[:150]), *([Small(extra.about)] if extra.about else [])]
    parts += [*point(play, wording_index, rep, account), source(play, language)]
    parts += [Small(extra.step)] if extra.step else []
    parts.append(card_buttons(nudge_id, language, play.dialogue is not None, extra.buttons))
    return Message(title, tuple(parts))


def about(facts: Iterable[tuple[str, str]], language: Language, today: date) -> str:
    """What a promise or a problem is about, in one line; empty for anything else."""
    known = dict(facts)
    if "promise" in known and "due" in known:
        due = wording.day(date.fromisoformat(known["due"]), language, today)
        return cards.ABOUT_PROMISE.of(language, day=due, text=known["promise"][:80])
    for name, text in (("opened", cards.ABOUT_OPENED), ("fixed", cards.ABOUT_FIXED)):
        if name in known:
            return text.of(language, day=wording.day(date.fromisoformat(known[name]), language, today))
    return ""


def check(nudge_id: str, account: Account, rep: Rep, committed: str) -> Message:
    """The one-tap check after a visit; `committed` is what the rep meant to do, if anything."""
    language = rep.language
    parts: list[Part] = [Heading(cards.CHECK_HEADING.of(language, account=account.name)[:150])]
    if committed:
        parts.append(Paragraph(cards.CHECK_COMMITMENT.of(language, do=committed)))
    taps = (
        ("done", cards.CHECK_DONE),
        ("changed", cards.CHECK_CHANGED),
        ("not", cards.CHECK_NOT),
        ("no_visit", cards.CHECK_NO_VISIT),
    )
    buttons = tuple(Button(f"check:{name}", text.of(language), nudge_id) for name, text in taps)
    menu = Menu("card:more", ((cards.MORE_WRONG.of(language), f"wrong|{nudge_id}"),))
    parts.append(Actions(buttons, menu))
    return Message(cards.CHECK_SUMMARY.of(language, account=account.name), tuple(parts))


def steps(play: Play, language: Language) -> list[Part]:
    """Who, what, by when: a line each."""
    lines = tuple(
        cards.STEP_LINE.of(language, who=s.who.of(language), what=s.what.of(language), by=s.by.of(language))
        for s in play.steps
    )
    return [Paragraph("", label=cards.ADVICE_STEPS.of(language, title=play.title.of(language))), Bullets(lines)]
