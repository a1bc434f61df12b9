"""How the report on plays reads: sentences with their numbers, and the month's message."""

from datetime import date, datetime
from typing import Protocol

from bot.core import wording
from bot.core.account import Language
from bot.core.estimate import Estimate, TooLittle
from bot.core.evidence import Deed
from bot.core.message import Actions, Bullets, Button, Heading, Message, Paragraph, Part, Small
from bot.core.play_report import Finding, Ground
from bot.core.texts import play_report as texts
from bot.core.wording import Text

FIRST = 3
AT_ONCE = 10  # lines in one list
SHOW_ALL = "plays:report"


class Reported(Protocol):
    """What a report holds, as far as it is told here."""

    @property
    def since(self) -> datetime: ...
    @property
    def until(self) -> datetime: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def overall(self) -> Estimate | TooLittle | None: ...


def reason(finding: Finding, language: Language) -> str:
    """Why, in a sentence with its numbers."""
    s, effect = finding.standing, finding.standing.effect
    of = s.figures.of
    ends = sorted(abs(points(end)) for end in (effect.low, effect.high)) if isinstance(effect, Estimate) else (0, 0)
    return texts.GROUNDS[finding.ground].of(
        language,
        low=ends[0],
        high=ends[1],
        wrong=of(Deed.WRONG),
        seen=s.seen,
        shown=of(Deed.SHOWN),
        ignored=of(Deed.IGNORED),
        committed=of(Deed.COMMITTED),
        not_done=of(Deed.NOT_DONE),
        done=of(Deed.DONE) + of(Deed.CHANGED),
        finished=s.figures.finished,
        review=wording.day(s.play.review, language, s.today),
    )


def effect(found: Estimate | TooLittle, language: Language) -> str:
    """What a hold-out shows, or that there is too little data, in a sentence."""
    if isinstance(found, TooLittle):
        return texts.TOO_LITTLE[found].of(language)
    return texts.EFFECT.of(
        language,
        nudged=points(found.nudged),
        held_out=points(found.held_out),
        low=f"{points(found.low):+}",
        high=f"{points(found.high):+}",
        verdict=(texts.HELPS if found.helps else texts.HURTS if found.hurts else texts.NOTHING).of(language),
    )


def points(share: float) -> int:
    return round(100 * share)


def span(report: Reported, language: Language) -> str:
    since, until = (wording.day(at.date(), language, report.until.date()) for at in (report.since, report.until))
    return texts.SPAN.of(language, since=since, until=until)


def monthly(report: Reported, language: Language, month: date) -> Message:
    """Three plays that need a decision first, the others as a count; short, for once a month."""
    urgent = [f for f in report.findings if f.needs_a_decision]
    kept = len(report.findings) - len(urgent)
    parts: list[Part] = [Heading(texts.HEADING.of(language, month=_month(month, language)))]
    parts += [_paragraph(finding, language) for finding in urgent[:FIRST]]
    if not urgent:
        parts.append(Paragraph(_summary(0, language)))
    lines = [_count(texts.REST, texts.REST_ONE, len(urgent) - FIRST, language)] if len(urgent) > FIRST else []
    lines += [_count(texts.KEPT, texts.KEPT_ONE, kept, language)] if kept and urgent else []
    parts += [Bullets(tuple(lines))] if lines else []
    if report.overall is not None:
        parts.append(Small(texts.OVERALL.of(language, result=effect(report.overall, language))))
    parts += [Small(span(report, language)), Actions((Button(SHOW_ALL, texts.ALL.of(language)),))]
    return Message(_summary(len(urgent), language), tuple(parts))


def whole(report: Reported, language: Language) -> Message:
    """Every play under what is proposed for it; those without figures by their titles alone."""
    heading = texts.ALL_HEADING.of(language)
    parts: list[Part] = [Heading(heading)]
    if report.overall is not None:
        parts.append(Paragraph(texts.OVERALL.of(language, result=effect(report.overall, language))))
    seen = [f for f in report.findings if f.ground is not Ground.FEW_REPS]
    for proposal in dict.fromkeys(f.proposal for f in seen):
        lines = [_line(f, language) for f in seen if f.proposal is proposal]
        parts.append(Paragraph("", label=texts.PROPOSALS[proposal].of(language)))
        parts += [Bullets(tuple(lines[at : at + AT_ONCE])) for at in range(0, len(lines), AT_ONCE)]
    few = [f.standing.play.title.of(language) for f in report.findings if f.ground is Ground.FEW_REPS]
    if few:
        comma = "；" if language is Language.ZH else "; "
        parts.append(Paragraph(comma.join(few), label=texts.FEW.of(language)))
    return Message(heading, (*parts, Small(span(report, language))))


def _line(finding: Finding, language: Language) -> str:
    told, found = _said(finding, language), finding.standing.effect
    if not isinstance(found, Estimate):
        return told
    return told + ("" if language is Language.ZH else " ") + texts.OVERALL.of(language, result=effect(found, language))


def _said(finding: Finding, language: Language) -> str:
    title = finding.standing.play.title.of(language)
    return texts.LINE.of(language, title=title, reason=reason(finding, language))


def _paragraph(finding: Finding, language: Language) -> Paragraph:
    return Paragraph(_said(finding, language), label=texts.PROPOSALS[finding.proposal].of(language))


def _summary(count: int, language: Language) -> str:
    if count == 0:
        return texts.SUMMARY_NONE.of(language)
    return _count(texts.SUMMARY_SOME, texts.SUMMARY_ONE, count, language)


def _count(many: Text, one: Text, count: int, language: Language) -> str:
    return (one if count == 1 else many).of(language, count=count)


def _month(month: date, language: Language) -> str:
    if language is Language.ZH:
        return f"{month.year}年{month.month}月"
    return f"{wording.EN_MONTHS[month.month - 1]} {month.year}"
