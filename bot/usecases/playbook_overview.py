"""`/kam playbooks`: which version is in use, who made it and when, and what the last ones changed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from sqlmodel import Session

from bot.core import retold, wording
from bot.core.account import Language, Rep
from bot.core.changes import Change, Kind, Line
from bot.core.message import Actions, Bullets, Button, Heading, Message, Paragraph, Part, Reply, Small
from bot.core.texts import versions as texts
from bot.core.version import Trouble, Version
from bot.usecases import planning
from bot.usecases.ports import Base
from storage import playbook_versions, roles

SHOWN = 5
EARLIER = 3
LOOKED_AT = 20
REFUSED = 3
PLAYS_BY_LINE = 8
LINES_A_PLAY = 4
MORE = "playbooks:more"


def overview(base: Base, rep: Rep, now: datetime) -> Message:
    """The version in use and what it changed; for managers, admins and owners also what was refused."""
    with base.database.read() as session:
        may_mend = _may_mend(base, session, rep)
    return page(base, rep.language, _local(base, rep, now), refused=may_mend)


def page(base: Base, language: Language, local: datetime, *, refused: bool) -> Message:
    """The same for whoever it may be, with times in the zone of `local`; `refused`: what was not taken is told too."""
    with base.database.read() as session:
        versions = playbook_versions.last(session, LOOKED_AT, refused=False)
        not_taken = playbook_versions.last(session, REFUSED, refused=True) if refused else []
    heading = texts.HEADING.of(language)
    parts: list[Part] = [Heading(heading), *_in_use(base, versions, language, local)]
    told = [version for version in versions if version.changes]
    if told:
        parts += _changed(told[0], language)
        parts += _earlier(told[1 : EARLIER + 1], language, local)
    elif versions:
        parts.append(Small(texts.NOTHING_YET.of(language)))
    parts += _refused(not_taken, language, local)
    return Message(heading, tuple(parts))


def line_by_line(base: Base, rep: Rep, version_id: str) -> Reply:
    """Every sentence that a version changed, before and after, as far as a message holds them."""
    language = rep.language
    with base.database.read() as session:
        version = playbook_versions.get(session, version_id)
    heading = texts.MORE_HEADING.of(language)
    found = [change for change in version.changes if change.lines] if version is not None else []
    parts: list[Part] = [Heading(heading)]
    for change in found[:PLAYS_BY_LINE]:
        lines = _mine(change, language)
        said = [_line(line, language) for line in lines[:LINES_A_PLAY]]
        if len(lines) > LINES_A_PLAY:
            said.append(texts.AND_MORE.of(language, count=len(lines) - LINES_A_PLAY))
        parts.append(Paragraph("\n".join([_named(change, language), *said])))
    if len(found) > PLAYS_BY_LINE:
        parts.append(Small(texts.AND_MORE.of(language, count=len(found) - PLAYS_BY_LINE)))
    if not found:
        parts.append(Paragraph(texts.SAME.of(language)))
    return Reply(Message(heading, tuple(parts)))


def document(base: Base) -> dict[str, Any]:
    """The same for a machine, with everything that was refused; times in UTC."""
    with base.database.read() as session:
        versions = playbook_versions.last(session, 20, refused=False)
        refused = playbook_versions.last(session, 20, refused=True)
    library = base.shelf.library
    return {
        "version": library.version,
        "plays": len(library.plays),
        "versions": [_described(version) for version in versions],
        "refused": [_described(version) for version in refused],
    }


def _described(version: Version) -> dict[str, Any]:
    origin = version.origin
    about = {
        "version": version.version,
        "source": origin.source or None,
        "author": origin.author or None,
        "changed_at": _iso(origin.changed_at),
        "seen_at": _iso(version.seen_at),
    }
    findings = [asdict(trouble) for trouble in version.troubles]
    return (
        {**about, "findings": findings}
        if version.refused
        else {**about, "changes": _listed(version.changes), "findings": findings}
    )


def _listed(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [
        {"play": c.play or None, "kind": c.kind.value, "rules": c.rules, "lines": [asdict(line) for line in c.lines]}
        for c in changes
    ]


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None


def _local(base: Base, rep: Rep, now: datetime) -> datetime:
    zone = planning.zone_of(base, rep)
    return now.astimezone(zone) if zone is not None else now


def _may_mend(base: Base, session: Session, rep: Rep) -> bool:
    """True for admins, owners of plays, and whoever is somebody's manager."""
    is_owner = any(play.owner == rep.id for play in base.shelf.library.plays)
    return rep.id in base.admins_of(rep.team_id) or is_owner or roles.is_manager(session, rep.team_id, rep.id)


def _in_use(base: Base, newest: Sequence[Version], language: Language, local: datetime) -> Iterator[Part]:
    library = base.shelf.library
    if not newest:
        yield Paragraph(texts.IN_USE_ONLY.of(language, plays=len(library.plays)))
        yield Small(texts.VERSION.of(language, version=library.version))
        return
    version = newest[0]
    same = list(takewhile(lambda v: v.version == version.version, newest))  # after a refused one it is told anew
    origin, since = version.origin, wording.moment(same[-1].seen_at, language, local)
    yield Paragraph(texts.IN_USE.of(language, plays=len(library.plays), when=since))
    said = []
    if origin.changed_at is not None:
        when = wording.moment(origin.changed_at, language, local)
        made = texts.MADE_BY if origin.author else texts.MADE_AT
        said.append(made.of(language, author=origin.author, when=when))
    said += [origin.source] if origin.source else []
    yield Small(" · ".join([*said, texts.VERSION.of(language, version=version.version)]))


def _changed(version: Version, language: Language) -> Iterator[Part]:
    """The last change, a line a play, with one sentence as a taste."""
    changes = version.changes
    lines = [_named(change, language) for change in changes[:SHOWN]]
    if len(changes) > SHOWN:
        lines.append(texts.AND_MORE.of(language, count=len(changes) - SHOWN))
    yield Paragraph(texts.CHANGED.of(language))
    yield Bullets(tuple(lines))
    taste = next((line for change in changes for line in _mine(change, language)), None)
    if taste is not None:
        yield Paragraph(_line(taste, language))
        yield Actions((Button(MORE, texts.MORE.of(language), version.id),))


def _earlier(versions: Sequence[Version], language: Language, local: datetime) -> Iterator[Part]:
    if versions:
        yield Paragraph(texts.EARLIER.of(language))
        yield Bullets(tuple(_summed(version, language, local) for version in versions))


def _summed(version: Version, language: Language, local: datetime) -> str:
    kinds = Counter(change.kind for change in version.changes)
    counted = [texts.COUNTED[kind].of(language, count=kinds[kind]) for kind in Kind if kind in kinds]
    what = ("，" if language is Language.ZH else ", ").join(counted)
    return texts.EARLIER_LINE.of(
        language, when=_when(version, language, local), author=_by(version, language), what=what
    )


def _refused(versions: Sequence[Version], language: Language, local: datetime) -> Iterator[Part]:
    lines = []
    for version in versions:
        first = version.troubles[0] if version.troubles else None
        said = _place(first, language) + retold.in_language(first.message, language) if first is not None else ""
        when, by = _when(version, language, local), _by(version, language)
        lines.append(texts.REFUSED_LINE.of(language, when=when, author=by, count=len(version.troubles), first=said))
    if lines:
        yield Paragraph(texts.REFUSED.of(language))
        yield Bullets(tuple(lines))


def _place(trouble: Trouble, language: Language) -> str:
    if not trouble.file:
        return ""
    place = texts.NOTICE_PLACE.of(language, file=trouble.file, line=trouble.line)
    return place + ("：" if language is Language.ZH else ": ")


def _when(version: Version, language: Language, local: datetime) -> str:
    return wording.moment(version.origin.changed_at or version.seen_at, language, local)


def _by(version: Version, language: Language) -> str:
    return texts.BY.of(language, author=version.origin.author) if version.origin.author else ""


def _named(change: Change, language: Language) -> str:
    both = change.kind is Kind.REWORDED and change.rules
    text = texts.REWORDED_AND_MOVED if both else texts.KINDS[change.kind]
    return text.of(language, title=change.title(language))


def _mine(change: Change, language: Language) -> list[Line]:
    """The lines in the reader's language; where only the other language changed, those."""
    return [line for line in change.lines if line.language in (None, language)] or list(change.lines)


def _line(line: Line, language: Language) -> str:
    if line.language is None:
        return texts.SETTING.of(language, before=line.before, after=line.after)
    text = texts.WAS_NOW if line.before and line.after else texts.IS_NEW_LINE if line.after else texts.IS_GONE_LINE
    return text.of(language, before=line.before, after=line.after)
