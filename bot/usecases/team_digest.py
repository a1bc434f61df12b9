"""The weekly digest: on Mondays a manager reads how the team stands, with one chart. It is a row in the outbox."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import errors
from bot.core import chart, nudge, team, wording
from bot.core.account import Language, Rep
from bot.core.asked import TEAM_WEEK, monday
from bot.core.message import Actions, Bullets, Button, Heading, Message, Paragraph, Part, Small, plain
from bot.core.nudge import Nudge
from bot.core.priority import Rank
from bot.core.situation import By
from bot.core.team import Age, OpenProblem, Spell
from bot.core.texts import team as texts
from bot.core.wording import Text
from bot.core.workdays import WorkingHours
from bot.log import log
from bot.usecases import people, planning, team_figures, undo
from bot.usecases.ports import Asker, Base
from bot.usecases.team import problem_line
from storage import nudges, reps, roles
from storage import team as stored

PLANNED_WITHIN = timedelta(hours=12)  # whoever becomes a manager later that week waits for the next Monday
LASTS = timedelta(hours=36)  # on Wednesday it is no news any more
SPREAD = 30  # minutes over which the digests of many managers go out
LISTED = 5
WEEK = timedelta(days=7)
WISHES = {"on": "weekly", "off": "off", "开": "weekly", "关": "off"}


# --- planning ---------------------------------------------------------------------------------------------------------


def plan_all(base: Base, now: datetime) -> int:
    """Writes down the next digest of every manager: one a week, however often planned. Returns how many are new."""
    with base.database.read() as session:
        everyone = roles.managers(session)
    new = 0
    for asker in (Asker(*who) for who in everyone):
        try:
            found = _near(base, asker, now)
        except errors.KamError as error:  # a guest, or hours that leave no work day: the others get theirs
            log.info("digest_not_planned", rep_id=asker.user_id, code=error.code)
            continue
        if found:
            with base.database.write() as session:
                new += nudges.plan(session, found, now)
    return new


def _near(base: Base, asker: Asker, now: datetime) -> list[Nudge]:
    """The digests of a manager whose moment is near; none for those who want none, or whose hours are not known."""
    rep = _manager(base, asker, now)
    zone = planning.zone_of(base, rep)
    if zone is None or not rep.active or not rep.team_digest:
        return []
    hours = planning.hours_of(base, rep, zone)
    this = monday(now.astimezone(zone).date())
    return [n for week in (this, this + WEEK) if (n := _planned(rep, hours, week, now)) is not None]


def _manager(base: Base, asker: Asker, now: datetime) -> Rep:
    """The manager; met first where only a portfolio or an admin has named them yet. Refuses guests and bots."""
    with base.database.read() as session:
        rep = reps.get(session, asker.team_id, asker.user_id)
    if rep is not None and planning.zone_of(base, rep) is not None:
        return rep
    return people.meet(base, asker, now).rep


def _planned(rep: Rep, hours: WorkingHours, week: date, now: datetime) -> Nudge | None:
    """The digest of that Monday's week, if its moment is near: at the first start of work in it."""
    key, facts = f"team:{week.isoformat()}", (("week", week.isoformat()),)
    name = nudge.identity(rep.team_id, rep.id, "", key)
    start = hours.next_start(hours.at(week, time(0)))
    due = start + timedelta(minutes=int(name[:4], 16) % SPREAD)
    if start.date() >= week + WEEK or not due - planning.HORIZON <= now < due + PLANNED_WITHIN:
        return None
    return nudge.word(rep.team_id, rep.id, key, TEAM_WEEK, due, due + LASTS, priority=Rank.PACING, facts=facts)


# --- what it says -----------------------------------------------------------------------------------------------------


def message(base: Base, session: Session, rep: Rep, planned: Nudge, now: datetime) -> Message | None:
    """How the team stands, and what last week brought; None for whoever is no manager now, or wants none."""
    below = roles.below(session, rep.team_id, rep.id)
    if not below or not rep.team_digest:
        return None
    language, zone = rep.language, people.require_zone(base, rep)
    found = team_figures.problems(session, rep.team_id, team_figures.names(session, rep.team_id, below), zone, now)
    counts = _week(session, rep.team_id, below, _monday_of(planned), zone)
    heading = texts.DIGEST.of(language)
    off = Small(texts.DIGEST_STOP.of(language))
    if not found and not any(counts.values()):
        quiet = texts.DIGEST_QUIET.of(language)
        return Message(quiet, (Paragraph(quiet), off))
    summary = texts.DIGEST_OPEN.of(language, count=len(found), long=sum(p.age is Age.LONG for p in found))
    parts: list[Part] = [Heading(heading), Paragraph(summary), *_long(found, language)]
    parts.append(Paragraph(_brought(counts, language)))
    parts.append(Actions((Button("team:open", texts.SHOW.of(language)),)))
    return Message(f"{heading}: {summary}" if language is Language.EN else f"{heading}：{summary}", (*parts, off))


def _long(found: Sequence[OpenProblem], language: Language) -> list[Part]:
    """Those that have been open for more than a week, a line each."""
    those = team.by_age(found).get(Age.LONG, [])
    if not those:
        return []
    lines = tuple(problem_line(p, language) for p in those[:LISTED])
    more = [Small(texts.MORE_PROBLEMS.of(language, count=len(those) - LISTED))] if len(those) > LISTED else []
    return [Small(texts.AGES[Age.LONG].of(language)), Bullets(lines), *more]


def _brought(counts: Mapping[str, int], language: Language) -> str:
    """What last week brought; what it did not bring is left out."""
    told = [texts.BROUGHT[name].of(language, count=count) for name, count in counts.items() if count]
    comma = "，" if language is Language.ZH else ", "
    return texts.DIGEST_WEEK.of(language, what=comma.join(told)) if told else texts.DIGEST_NOTHING.of(language)


def _monday_of(planned: Nudge) -> date:
    return date.fromisoformat(dict(planned.facts)["week"])


def _week(session: Session, team_id: str, below: Sequence[str], week: date, zone: ZoneInfo) -> dict[str, int]:
    """What the week before that Monday brought, counted over the whole team."""
    start, end = (datetime.combine(day, time(0), zone) for day in (week - WEEK, week))

    def within(at: datetime | None) -> bool:
        return at is not None and start <= at < end

    kept = stored.keeping(session, team_id, below).values()
    spells = stored.spells(session, team_id, below, start)
    ours = [p for keeping in kept for p in keeping.promises if p.by is By.US]
    held = [r for keeping in kept for records in keeping.reviews.values() for r in records]
    return {
        "opened": sum(within(s.start) for s in spells),
        "closed": sum(within(s.end) for s in spells),
        "held": sum(within(r.at) for r in held),
        "kept": sum(within(p.kept_at) for p in ours),
        "broken": sum(within(p.broken_at) for p in ours),
    }


# --- the picture ------------------------------------------------------------------------------------------------------


def send_picture(base: Base, rep: Rep, planned: Nudge) -> None:
    """Puts the chart below the digest that was just posted; without one, the digest stands for itself."""
    zone, week = people.require_zone(base, rep), _monday_of(planned)
    with base.database.read() as session:
        below = roles.below(session, rep.team_id, rep.id)
        since = datetime.combine(week - team.WEEKS * WEEK, time(0), zone)
        spells: list[Spell] = stored.spells(session, rep.team_id, below, since)
    mondays = [week - n * WEEK for n in range(team.WEEKS, 0, -1)]
    drawn = chart.of_weeks(team.week_ends(spells, mondays, zone), rep.language)
    if drawn.is_empty:
        return
    png = base.draw(drawn)
    if png is None:
        log.warning("digest_without_picture", nudge_id=planned.id)
        return
    caption = texts.CHART_CAPTION.of(rep.language, weeks=team.WEEKS)
    words = chart.in_words(drawn, rep.language)
    name = f"open-problems-{week.isoformat()}.png"
    if not base.messenger.upload(rep.team_id, rep.id, name, png, caption, title=_title(week, rep.language), alt=words):
        log.warning("digest_without_picture", nudge_id=planned.id)


def _title(week: date, language: Language) -> str:
    return f"{texts.HEADING.of(language)} · {wording.day(week, language)}"


# --- its setting ------------------------------------------------------------------------------------------------------


def setting(base: Base, rep: Rep, value: str, now: datetime) -> Message:
    """Switches the digest on or off; alone, says which it is. Refuses other words."""
    language = rep.language
    if not value.strip():
        return plain(_state(rep.team_digest).of(language))
    wish = WISHES.get(value.strip().casefold())
    if wish is None:
        params = {"name": "digest", "value": value.strip()[: people.LONGEST_SHOWN], "example": "off"}
        raise errors.Refused(f"Cannot read {value!r} for digest.", code="settings_value", params=params)
    with base.database.write() as session, undo.watch(base, session, rep, now, settings=True) as watched:
        changed = reps.save(session, rep.team_id, rep.id, team_digest=wish)
    return watched.offered(plain(_state(changed.team_digest).of(language)))


def _state(wanted: bool) -> Text:
    return texts.DIGEST_ON if wanted else texts.DIGEST_OFF


def why(rep: Rep) -> Message:
    """Why the digest came, and what stops it."""
    return plain(texts.DIGEST_WHY.of(rep.language))
