"""Reps: meeting them, their settings, their pauses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot import errors
from bot.core import cadence, days_off, promise_over, when, wording
from bot.core.account import CardTime, Language, Rep
from bot.core.message import Actions, Button, Heading, Message, Paragraph, Part, Small, plain
from bot.core.texts import cards, holdout, monday_list, promises, stand_in, talk
from bot.core.workdays import NoWorkday
from bot.usecases import planning, undo
from bot.usecases.ports import Asker, Base, Profile
from storage import accounts, holdouts, replies, reps
from storage.tables import RepRow, SnoozeRow

LONGEST_SHOWN = 80
EXAMPLES = {
    "language": "en",
    "card": "morning",
    "hours": "9-18",
    "off": "2026-05-04..2026-05-08",
    "pause": "2026-05-04",
}
PROFILE_LASTS = timedelta(days=7)
COMMON_ZONES = ("Asia/Shanghai", "Asia/Singapore", "Europe/London", "Europe/Berlin", "America/New_York")


@dataclass(frozen=True, slots=True)
class Met:
    """A rep, and whether this was the first time."""

    rep: Rep
    first_time: bool


def known(base: Base, asker: Asker) -> Rep | None:
    """The rep as last seen; None where Slack must be asked first."""
    with base.database.read() as session:
        return reps.met(session, asker.team_id, asker.user_id)


def meet(base: Base, asker: Asker, now: datetime) -> Met:
    """Learns from Slack who this is, and keeps it. Refuses guests and bots.

    What the rep chose (zone, language) is never overwritten. Where Slack does not answer, what is known stays.
    """
    profile = base.messenger.profile(asker.team_id, asker.user_id)
    if profile is not None and (profile.guest or profile.bot):
        raise errors.Refused("Guests and bots cannot be coached.", code="not_a_rep")
    with base.database.write() as session:
        row = reps.lock(session, asker.team_id, asker.user_id)
        first = row is None or row.welcomed_at is None
        values = _learned(profile, row, now) if profile is not None else {}
        old_zone = row.zone if row is not None else None
        rep = reps.save(session, asker.team_id, asker.user_id, **values)
        if rep.zone is not None and rep.zone.key != old_zone:
            planning.replan(base, session, rep, now)
    return Met(rep, first)


def _learned(profile: Profile, row: RepRow | None, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "profile_at": now,
        "active": not profile.deleted,
        "guest": profile.guest,
        "email_domain": profile.email_domain,
    }
    if profile.name:
        values["name"] = profile.name
    if profile.zone is not None and not (row and row.zone_chosen):
        values["zone"] = profile.zone
    if not (row and row.language_chosen):
        values["language"] = profile.language.value
    return values


def welcome(base: Base, rep: Rep, now: datetime) -> Message | None:
    """The first words to a rep, once; None if they were said before."""
    with base.database.write() as session:
        row = reps.lock(session, rep.team_id, rep.id)
        if row is None or row.welcomed_at is not None:
            return None
        row.welcomed_at = now
        session.add(row)
        count = len(accounts.of_rep(session, rep.team_id, rep.id))
    language = rep.language
    start = talk.WELCOME_KNOWN.of(language, count=count) if count else talk.WELCOME_START.of(language)
    parts: list[Part] = [
        Paragraph(talk.WELCOME.of(language)),
        Small(talk.WELCOME_STORED.of(language)),
        Paragraph(start),
        Actions((Button("account:add", talk.WELCOME_ADD.of(language), primary=True),)),
        Small(talk.WELCOME_TRY.of(language)),
    ]
    if planning.zone_of(base, rep) is None:
        parts += zone_question(language)
    return Message(talk.WELCOME.of(language), tuple(parts))


def zone_question(language: Language) -> list[Part]:
    buttons = tuple(Button("settings:zone", name.replace("_", " "), name) for name in COMMON_ZONES)
    return [Paragraph(talk.ZONE_ASK.of(language)), Actions(buttons), Small(talk.ZONE_ASK_HINT.of(language))]


def require_zone(base: Base, rep: Rep) -> ZoneInfo:
    """The rep's zone. Refuses, and says how to set it, where it is not known: never a silent UTC."""
    zone = planning.zone_of(base, rep)
    if zone is None:
        raise errors.Refused("The rep's time zone is not known.", code="zone_missing")
    return zone


def settings(base: Base, rep: Rep, now: datetime) -> Message:
    """What is set for this rep, what is quiet for now, and how to change it."""
    language, zone = rep.language, planning.zone_of(base, rep)
    with base.database.read() as session:
        quiet = replies.snoozes(session, rep.team_id, rep.id, now)
        names = {a.id: a.name for a in accounts.of_rep(session, rep.team_id, rep.id, archived=True)}
        left_out = holdouts.of_team(session, rep.team_id).percent
    local = now.astimezone(zone) if zone is not None else now
    paused = rep.paused_until is not None and rep.paused_until > now
    parts: list[Part] = [
        Heading(talk.SETTINGS_HEADING.of(language)),
        Paragraph(
            talk.SETTINGS_LINES.of(
                language,
                zone=zone.key if zone is not None else talk.SETTINGS_NO_ZONE.of(language),
                language=(talk.CHINESE if language is Language.ZH else talk.ENGLISH).of(language),
                card=(talk.SETTINGS_EVE if rep.card_time is CardTime.EVE else talk.SETTINGS_MORNING).of(language),
                start=rep.work_start.isoformat("minutes"),
                end=rep.work_end.isoformat("minutes"),
                days_off=_days_off(rep, local.date()),
                paused=talk.SETTINGS_PAUSED.of(language, when=wording.moment(rep.paused_until, language, local))
                if paused and rep.paused_until is not None
                else talk.SETTINGS_ON.of(language),
                stand_in=_stand_in(base, rep),
            )
        ),
        Actions((Button("stand_in:form", stand_in.CHANGE.of(language)),)),
    ]
    if zone is not None and not _works_again(base, rep, zone, now):
        parts.insert(2, Paragraph(talk.REFUSALS[NoWorkday.code].of(language)))
    parts.append(_monday_list(rep))
    if rep.stopped_plays:
        parts.append(Paragraph(talk.SETTINGS_STOPPED.of(language, plays=_titles(base, rep))))
        parts.append(Actions((Button("settings:unstop", cards.SNOOZE_UNDO.of(language)),)))
    if quiet:
        parts.append(Heading(talk.SNOOZES_HEADING.of(language)))
    for row in quiet:
        what = quiet_about(row, names, language)
        text = talk.SNOOZE_LINE_OPEN.of(language, what=what)
        if row.until.year < 9000:
            text = talk.SNOOZE_LINE.of(language, what=what, when=wording.moment(row.until, language, local))
        parts.append(Paragraph(text, button=Button("snooze:undo", cards.SNOOZE_UNDO.of(language), row.id)))
    if left_out:
        parts.append(Small(holdout.LINE.of(language, percent=left_out)))
    parts.append(Small(talk.SETTINGS_HOW.of(language)))
    if zone is None:
        parts += zone_question(language)
    return Message(talk.SETTINGS_HEADING.of(language), tuple(parts))


def _monday_list(rep: Rep) -> Paragraph:
    """Whether the Monday list is on, with the button that changes it."""
    language, on = rep.language, rep.monday_list
    label, value = (monday_list.SWITCH_OFF, "off") if on else (monday_list.SWITCH_ON, "on")
    text = (monday_list.SETTING_ON if on else monday_list.SETTING_OFF).of(language)
    return Paragraph(text, button=Button("list:switch", label.of(language), value))


def quiet_about(row: SnoozeRow, names: Mapping[str, str], language: Language) -> str:
    """What a snooze keeps quiet: an account, the routine nudges, or everything."""
    if row.play == cadence.ROUTINE:
        return talk.ROUTINE_NUDGES.of(language)
    return names.get(row.account_id or "", talk.EVERYTHING.of(language))


def _works_again(base: Base, rep: Rep, zone: ZoneInfo, now: datetime) -> bool:
    """False where the days off leave no working day."""
    try:
        planning.hours_of(base, rep, zone).next_start(now)
    except NoWorkday:
        return False
    return True


def _days_off(rep: Rep, today: date) -> str:
    ahead = sorted(d for d in rep.days_off if d >= today)
    base = talk.SETTINGS_NONE.of(rep.language)
    comma = "、" if rep.language is Language.ZH else ", "
    return comma.join([base, *(wording.day(d, rep.language, today) for d in ahead)])


def _stand_in(base: Base, rep: Rep) -> str:
    """Who stands in, by name where Slack has told it."""
    if not rep.stand_in:
        return stand_in.NONE.of(rep.language)
    with base.database.read() as session:
        found = reps.get(session, rep.team_id, rep.stand_in)
    return (found.name if found is not None else "") or stand_in.NAMED.of(rep.language)


def _titles(base: Base, rep: Rep) -> str:
    plays = [base.shelf.library.play(p) for p in sorted(rep.stopped_plays)]
    titles = [p.title.of(rep.language) for p in plays if p is not None]
    if promise_over.CUE in rep.stopped_plays:
        titles.append(promises.ASK_STOPS.of(rep.language))
    return ("、" if rep.language is Language.ZH else ", ").join(titles)


def change(base: Base, rep: Rep, name: str, value: str, now: datetime) -> Message:
    """Changes one setting as a rep types it: timezone, language, card, hours, off, pause, resume, country."""
    readers = {
        "timezone": _zone,
        "language": _language,
        "card": _card_time,
        "hours": _hours,
        "off": _off,
        "pause": _pause,
        "resume": _resume,
    }
    reader = readers.get(name)
    if reader is None:
        usage = "/kam settings timezone | language | card | hours | off | pause | resume | standin"
        raise errors.Refused(f"Unknown setting {name}.", code="unknown_subcommand", params={"usage": usage})
    values = reader(base, rep, value.strip(), now)
    with base.database.write() as session, undo.watch(base, session, rep, now, settings=True) as watched:
        changed = reps.save(session, rep.team_id, rep.id, **values)
        planning.replan(base, session, changed, now)
    saved = plain(talk.SETTINGS_SAVED.of(changed.language))
    watched.rep = changed  # whose language may be what was changed
    if name != "resume":  # what it lifts besides has undos of its own
        saved = watched.offered(saved)
    return Message(saved.summary, (*saved.parts, *settings(base, changed, now).parts))


def unstop(base: Base, rep: Rep, now: datetime) -> Message:
    """Lets every stopped play be heard again."""
    with base.database.write() as session:
        changed = reps.save(session, rep.team_id, rep.id, stopped_plays=[])
    return settings(base, changed, now)


def _unreadable(name: str, value: str) -> errors.Refused:
    params = {"name": name, "value": value, "example": EXAMPLES[name]}
    return errors.Refused(f"Cannot read {value!r} for {name}.", code="settings_value", params=params)


def _zone(_base: Base, _rep: Rep, value: str, _now: datetime) -> dict[str, Any]:
    wanted = value.replace(" ", "_").casefold()
    found = _zones().get(wanted)
    if found is None:
        shown = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
        raise errors.Refused(f"No zone {shown!r}.", code="unknown_zone", params={"value": shown})
    return {"zone": found, "zone_chosen": True}


@cache
def _zones() -> dict[str, str]:
    """The zones that there are, by name in small letters, and by city where only one zone is called so."""
    every = available_timezones()
    cities: dict[str, list[str]] = {}
    for name in every:
        if "/" in name:
            cities.setdefault(name.rpartition("/")[2].casefold(), []).append(name)
    by_city = {city: names[0] for city, names in cities.items() if len(names) == 1}
    return by_city | {name.casefold(): name for name in every}


def _language(_base: Base, _rep: Rep, value: str, _now: datetime) -> dict[str, Any]:
    names = {"en": "en", "english": "en", "英文": "en", "zh": "zh", "chinese": "zh", "中文": "zh"}
    if value.casefold() not in names:
        raise _unreadable("language", value)
    return {"language": names[value.casefold()], "language_chosen": True}


def _card_time(_base: Base, _rep: Rep, value: str, _now: datetime) -> dict[str, Any]:
    names = {"eve": "eve", "morning": "morning", "前一天": "eve", "前一晚": "eve", "当天": "morning", "早上": "morning"}
    if value.casefold() not in names:
        raise _unreadable("card", value)
    return {"card_time": names[value.casefold()]}


def _hours(_base: Base, _rep: Rep, value: str, _now: datetime) -> dict[str, Any]:
    parts = value.replace("–", "-").replace("到", "-").replace(" to ", "-").split("-")
    try:
        start, end = (_clock(part.strip()) for part in parts)
    except ValueError as error:
        raise _unreadable("hours", value) from error
    if end <= start:
        raise _unreadable("hours", value)
    return {"work_start": start, "work_end": end}


def _clock(text: str) -> time:
    hour, _, minute = text.replace("：", ":").partition(":")
    return time(int(hour), int(minute or 0))


def _off(base: Base, rep: Rep, value: str, now: datetime) -> dict[str, Any]:
    zone = require_zone(base, rep)
    named = days_off.read(value, now.astimezone(zone), zone)
    if named is None:
        raise _unreadable("off", value)
    return {"days_off": rep.days_off - named if named <= rep.days_off else rep.days_off | named}


def _pause(base: Base, rep: Rep, value: str, now: datetime) -> dict[str, Any]:
    zone = require_zone(base, rep)
    reading = when.read(value, now.astimezone(zone), zone)
    if not isinstance(reading, when.Understood):
        reading = when.read(f"in {value}", now.astimezone(zone), zone)
    if not isinstance(reading, when.Understood):
        reading = when.read(f"{value}后", now.astimezone(zone), zone)
    if not isinstance(reading, when.Understood):
        raise _unreadable("pause", value)
    return {"paused_until": reading.moment.at}


def _resume(base: Base, rep: Rep, _value: str, now: datetime) -> dict[str, Any]:
    with base.database.write() as session:
        for row in replies.snoozes(session, rep.team_id, rep.id, now):
            if row.play == cadence.ROUTINE:
                replies.lift_snooze(session, rep.team_id, rep.id, row.id, now)
    return {"paused_until": None}
