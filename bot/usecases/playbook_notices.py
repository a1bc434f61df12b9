"""One message about each version of the playbooks that does not hold, to whoever can mend it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import errors
from bot.core import nudge, retold, wording
from bot.core.account import Language, Rep
from bot.core.message import Message, Paragraph, Part, Small
from bot.core.nudge import Nudge
from bot.core.priority import Rank
from bot.core.texts import versions as texts
from bot.core.version import Trouble, Version
from bot.log import log
from bot.usecases import people, planning
from bot.usecases.ports import Asker, Base
from storage import deliveries, nudges, playbook_versions

CUE = "playbooks_refused"
LASTS = timedelta(days=14)
SHOWN = 3
_SLACK_ID = re.compile(r"[UW][A-Z0-9]+")


def tell(base: Base, version: Version, owners: Iterable[str], grace: timedelta = timedelta(0)) -> None:
    """Plans one message a version to its owners, or where none of them can be written to, to the admins.

    It waits for the receiver's working hours, and for `grace`: a change that is mended by then needs no message.
    Asks Slack who they are first.
    """
    chosen = [owner for owner in owners if _SLACK_ID.fullmatch(owner)]
    with base.database.read() as session:
        teams = deliveries.teams(session)
    count = 0
    for team_id in teams:
        told = [rep for rep in (_reachable(base, team_id, one) for one in chosen) if rep is not None]
        if not told:
            told = [
                rep
                for rep in (_reachable(base, team_id, one) for one in sorted(base.admins_of(team_id)))
                if rep is not None
            ]
        _plan(base, version, told, base.clock.now() + grace)
        count += len(told)
    if not count:
        log.warning("nobody_to_tell_of_playbooks", version=version.version)


def _reachable(base: Base, team_id: str, user_id: str) -> Rep | None:
    """The person, if they are in that workspace and their time is known."""
    profile = base.messenger.profile(team_id, user_id)
    if profile is None or profile.deleted or profile.guest or profile.bot:
        return None
    try:
        rep = people.meet(base, Asker(team_id, user_id), base.clock.now()).rep
    except errors.Refused:
        return None
    return rep if rep.active and planning.zone_of(base, rep) is not None else None


def _plan(base: Base, version: Version, told: Sequence[Rep], due: datetime) -> None:
    key = f"playbooks:{version.id}"
    planned = [nudge.word(rep.team_id, rep.id, key, CUE, due, due + LASTS, priority=Rank.DATED) for rep in told]
    with base.database.write() as session:
        nudges.plan(session, planned, base.clock.now())
    base.wake.set()


def message(base: Base, session: Session, rep: Rep, planned: Nudge, now: datetime) -> Message | None:
    """What is wrong, where, and how to mend it; None where a good version came meanwhile."""
    version = playbook_versions.get(session, planned.key.partition(":")[2])
    newest = playbook_versions.newest(session)
    if version is None or newest is None or newest.id != version.id:
        return None
    language = rep.language
    said = (texts.NOTICE if version.refused else texts.NOTICE_PARTLY).of(language)
    parts: list[Part] = [Paragraph(said), *_by(base, rep, version, now)]
    parts += [Paragraph(_line(trouble, language)) for trouble in version.troubles[:SHOWN]]
    rest = len(version.troubles) - SHOWN
    if rest > 0:
        parts.append(Small(texts.NOTICE_REST.of(language, count=rest)))
    parts.append(Small((texts.NOTICE_NEXT if version.refused else texts.NOTICE_RESTART).of(language)))
    return Message(said, tuple(parts))


def _by(base: Base, rep: Rep, version: Version, now: datetime) -> Iterator[Part]:
    origin, zone = version.origin, planning.zone_of(base, rep)
    if origin.author and origin.changed_at is not None and zone is not None:
        when = wording.exact(origin.changed_at, rep.language, now.astimezone(zone))
        yield Small(texts.NOTICE_BY.of(rep.language, author=origin.author, when=when))


def _line(trouble: Trouble, language: Language) -> str:
    place = texts.NOTICE_PLACE.of(language, file=trouble.file, line=trouble.line) if trouble.file else ""
    said = f"{_sentence(trouble.message, language)}\n→ {_sentence(trouble.repair, language)}"
    return f"{place}\n{said}" if place else said


def _sentence(text: str, language: Language) -> str:
    text = retold.in_language(text.strip(), language)
    if language is Language.ZH:
        return text + ("" if text.endswith(("。", "！", "？", ".")) else "。")
    begun = text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text  # a path stays as it is
    return begun + ("" if text.endswith((".", "。", "!", "?")) else ".")
