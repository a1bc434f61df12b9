"""A calendar feed over real HTTP: events become visits, follow their event, and a feed that fails changes nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from typing_extensions import override

from bot.connectors import calendar
from bot.core.account import Rep
from bot.settings import Mode
from bot.usecases import calendars, people
from bot.usecases.ports import Asker, Base
from storage import deliveries
from storage.tables import EventLinkRow, FeedRow, NudgeRow, VisitRow
from tests.coach import BERLIN, TEAM, Coach


@dataclass
class Feed:
    """A calendar on this machine, and what it answers."""

    port: int = 0
    events: dict[str, str] = field(default_factory=dict)
    status: int = 200
    body: bytes | None = None
    asked: int = 0
    held: threading.Event | None = None  # it answers once this is set

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/private-key/basic.ics"

    def put(self, uid: str, summary: str, at: str, *lines: str) -> None:
        """An event of an hour at a UTC time ("20260306T090000")."""
        text = [
            f"UID:{uid}",
            "DTSTAMP:20260301T000000Z",
            f"DTSTART:{at}Z",
            "DURATION:PT1H",
            f"SUMMARY:{summary}",
            *lines,
        ]
        self.events[uid + "".join(line for line in lines if line.startswith("RECURRENCE-ID"))] = "\r\n".join(text)

    def ics(self) -> bytes:
        events = [f"BEGIN:VEVENT\r\n{text}\r\nEND:VEVENT" for text in self.events.values()]
        return "\r\n".join(
            ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *events, "END:VCALENDAR", ""]
        ).encode()


@pytest.fixture
def feed() -> Iterator[Feed]:
    held = Feed()

    class Handler(BaseHTTPRequestHandler):
        @override
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            held.asked += 1
            assert held.held is None or held.held.wait(10)
            body = held.ics() if held.body is None else held.body
            self.send_response(held.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        held.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield held
        server.shutdown()
        thread.join()


@pytest.fixture
def coach(start_coach: Callable[..., Coach]) -> Coach:
    """Anna has two accounts, one with an alias and a domain."""
    coach = start_coach(allow_loopback_fetch=True)
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account add Südbau Technik")
    coach.anna.types("account alias Südbau Technik: SBT, suedbau.example")
    return coach


def planned(coach: Coach) -> list[str]:
    return [f"{v.at.astimezone(BERLIN):%d %H:%M} {v.title}" for v in coach.visits() if v.state == "planned"]


def later(coach: Coach, minutes: int = 16) -> None:
    """Lets time pass until the feed is read again."""
    coach.clock.move_to(coach.now + timedelta(minutes=minutes))
    coach.bot.ticks.sync()
    coach.deliver()


def connected(coach: Coach, feed: Feed) -> str:
    return coach.anna.types(f"calendar add {feed.url}")


def test_events_find_their_account_by_name_alias_and_domain(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Jour fixe Nordhaus", "20260306T090000")
    feed.put("2", "SBT: quarterly", "20260309T130000")
    feed.put("3", "Catch up", "20260310T090000", "ATTENDEE:mailto:kim@suedbau.example")
    feed.put("4", "Dentist", "20260311T090000")
    answer = connected(coach, feed)
    assert answer.startswith("Your calendar is connected. Visits found: 3. Events I could not place: 0.")
    assert answer.endswith("Left out, because they do not look like client visits: 1.")
    assert planned(coach) == ["06 10:00 Jour fixe Nordhaus", "09 14:00 SBT: quarterly", "10 10:00 Catch up"]


def test_a_visit_from_the_calendar_gets_its_card_and_its_check(coach: Coach, feed: Feed) -> None:
    coach.anna.types("account set Nordhaus stage middle")
    feed.put("1", "Nordhaus", "20260305T090000")
    connected(coach, feed)
    coach.until("2026-03-05 11:00")
    got = "\n".join(coach.anna.dm)
    assert "Nordhaus · Thu 5 Mar, 10:00" in got
    assert "Nordhaus: how did it go?" in got


def test_the_address_may_stand_in_angle_brackets_as_slack_writes_it(coach: Coach, feed: Feed) -> None:
    assert "Your calendar is connected" in coach.anna.types(f"calendar add <{feed.url}|calendar>")


def test_the_address_is_never_shown_for_it_is_a_key(coach: Coach, feed: Feed) -> None:
    connected(coach, feed)
    coach.anna.types("calendar")
    feed.status = 500
    later(coach)
    coach.anna.types("calendar")
    assert "private-key" not in "\n".join(coach.anna.got())
    assert "private-key" not in str(coach.lines)


def test_an_event_nobody_can_place_is_asked_about_once_and_remembered(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Client visit Hamburg", "20260306T090000", "RRULE:FREQ=WEEKLY;COUNT=3")
    assert "Events I could not place: 1" in connected(coach, feed)
    coach.deliver()
    assert 'Which account is "Client visit Hamburg" on Fri 6 Mar, 10:00 about?' in coach.anna.dm[-1]
    coach.anna.taps("Choose an account")
    assert coach.rows(VisitRow) == []
    option = next(o for b in coach.space.modal("U1").blocks for o in b["element"]["options"])  # type: ignore[union-attr]
    assert f"Got it: {option['text']['text']}. I'll remember." in coach.anna.fills(account=option["value"])
    assert [at[:8] for at in planned(coach)] == ["06 10:00", "13 10:00", "20 10:00"]
    later(coach)
    assert sum("Which account is" in text for text in coach.anna.got()) == 1
    assert len(coach.rows(EventLinkRow)) == 1


def test_what_looks_like_no_visit_is_counted_once_for_a_series_and_never_for_what_is_asked(
    coach: Coach, feed: Feed
) -> None:
    feed.put("1", "Stand-up", "20260306T090000", "RRULE:FREQ=DAILY;COUNT=9")
    feed.put("2", "Dentist", "20260311T090000")
    feed.put("3", "Client visit Hamburg", "20260306T120000", "RRULE:FREQ=WEEKLY;COUNT=3")
    feed.put("4", "Lunch, over", "20260303T120000")
    answer = connected(coach, feed)
    assert "Events I could not place: 1." in answer
    assert answer.endswith("Left out, because they do not look like client visits: 2.")


def test_nothing_is_said_to_be_left_out_where_nothing_was(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Nordhaus", "20260306T090000")
    assert "Left out" not in connected(coach, feed)


def test_not_a_client_visit_is_remembered_too(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Client visit simulation", "20260306T090000")
    connected(coach, feed)
    coach.deliver()
    assert "Got it: no visit. I'll remember." in coach.anna.taps("Not a client visit")
    later(coach)
    later(coach, 40)
    assert planned(coach) == []
    assert sum("Which account is" in text for text in coach.anna.got()) == 1


def test_a_moved_event_moves_its_visit(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Nordhaus", "20260306T090000")
    connected(coach, feed)
    feed.put("1", "Nordhaus", "20260309T140000")
    later(coach)
    assert planned(coach) == ["09 15:00 Nordhaus"]
    assert len(coach.visits()) == 1


def test_a_moved_and_a_cancelled_instance_of_a_series_are_followed(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Nordhaus", "20260306T090000", "RRULE:FREQ=WEEKLY;COUNT=4")
    connected(coach, feed)
    assert len(planned(coach)) == 4
    feed.put("1", "Nordhaus", "20260314T110000", "RECURRENCE-ID:20260313T090000Z")
    feed.put("1", "Nordhaus", "20260320T090000", "RECURRENCE-ID:20260320T090000Z", "STATUS:CANCELLED")
    later(coach)
    assert planned(coach) == ["06 10:00 Nordhaus", "14 12:00 Nordhaus", "27 10:00 Nordhaus"]


def test_an_event_taken_out_of_the_calendar_cancels_its_visit_and_card(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Nordhaus", "20260305T090000")
    connected(coach, feed)
    feed.events.clear()
    later(coach)
    assert planned(coach) == []
    coach.until("2026-03-05 18:00")
    assert set(coach.fates(kind="visit_card")) <= {"dropped"}


def test_a_broken_event_among_good_ones_is_left_out_and_said(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Nordhaus", "20260306T090000")
    feed.events["2"] = "UID:2\r\nDTSTART:whenever\r\nSUMMARY:Nordhaus broken"
    answer = connected(coach, feed)
    assert "Visits found: 1" in answer
    assert "1 events in it cannot be read and were left out." in answer


def test_a_feed_that_goes_down_keeps_the_last_good_copy_and_says_so(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Nordhaus", "20260306T090000")
    connected(coach, feed)
    for status, body in ((500, b""), (404, b""), (200, b"<html>sign in</html>"), (200, b"\xff\xfe\x00")):
        feed.status, feed.body = status, body
        later(coach)
        assert planned(coach) == ["06 10:00 Nordhaus"]
        answer = coach.anna.types("calendar")
        assert "I cannot read 127.0.0.1 just now: " in answer
        assert "I go on with what I read today 10:00." in answer
    feed.status, feed.body = 200, None
    later(coach)
    assert "127.0.0.1: last read today 11:" in coach.anna.types("calendar")


@pytest.mark.parametrize(("status", "body"), [(200, b"<html></html>"), (200, b""), (404, b""), (500, b"")])
def test_an_address_that_is_no_calendar_is_refused_and_not_kept(
    coach: Coach, feed: Feed, status: int, body: bytes
) -> None:
    feed.status, feed.body = status, body
    assert connected(coach, feed).startswith("I cannot read that calendar: ")
    assert coach.rows(FeedRow) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/x.ics", "https://169.254.169.254/latest", "https://localhost/x.ics", "https://[::1]/x.ics",
        "https://2130706433/x.ics", "http://127.0.0.1:1/x.ics", "https://user:secret@127.0.0.1/x.ics",
    ],
)  # fmt: skip
def test_a_private_address_is_refused(start_coach: Callable[..., Coach], url: str) -> None:
    coach = start_coach()
    coach.anna.types()
    assert coach.anna.types(f"calendar add {url}").startswith("I cannot read that calendar: ")
    assert coach.rows(FeedRow) == []
    assert "secret" not in "\n".join(coach.anna.got())


def test_a_host_that_playbooks_may_come_from_is_shut_for_calendars(start_coach: Callable[..., Coach]) -> None:
    coach = start_coach(private_hosts="10.0.0.1")
    coach.anna.types()
    assert "10.0.0.1 is not on the public internet" in coach.anna.types("calendar add https://10.0.0.1/x.ics")


def test_why_a_calendar_cannot_be_read_is_said_in_chinese(coach: Coach, feed: Feed) -> None:
    coach.liwei.types("帮助")
    said = coach.liwei.types("日历 添加 https://10.0.0.1/x.ics")
    assert said == "这个日历读不了：10.0.0.1 不在公网上。什么都没改，请检查地址。"
    feed.body = b"<html>sign in</html>"
    assert "这个日历读不了：这不是日历文件。" in coach.liwei.types(f"日历 添加 {feed.url}")


def test_why_the_last_good_copy_is_in_use_is_said_in_chinese(coach: Coach, feed: Feed) -> None:
    coach.liwei.types("帮助")
    coach.liwei.types(f"日历 添加 {feed.url}")
    feed.status = 500
    later(coach)
    said = coach.liwei.types("日历")
    assert "127.0.0.1 暂时读不到：127.0.0.1 那边出了问题（500）。先用今天" in said
    assert "读到的内容。" in said


@pytest.mark.parametrize(
    "text", ["", "my calendar", "ftp://x/y.ics", "file:///etc/passwd", "https://", "//x", "javascript:1"]
)
def test_what_is_no_address_is_said_to_be_none(coach: Coach, text: str) -> None:
    assert "That is not a calendar address I can read." in coach.anna.types(f"calendar add {text}")


def test_the_same_calendar_is_connected_once(coach: Coach, feed: Feed) -> None:
    connected(coach, feed)
    assert connected(coach, feed) == "That calendar is connected already."


def test_one_rep_connects_five_calendars_at_most(coach: Coach, feed: Feed) -> None:
    for number in range(5):
        assert "connected" in coach.anna.types(f"calendar add {feed.url}?{number}")
    assert coach.anna.types(f"calendar add {feed.url}?5").startswith("I read 5 calendars of each of you at most.")
    assert len(coach.rows(FeedRow)) == 5


def test_slow_calendars_hold_only_some_of_what_answers_commands(coach: Coach, feed: Feed) -> None:
    feed.held = threading.Event()
    try:
        with ThreadPoolExecutor(3) as pool:
            slow = [pool.submit(calendars.connect, *anna(coach), f"{feed.url}?{n}", coach.now) for n in range(3)]
            while feed.asked < 3:
                time.sleep(0.01)
            assert coach.anna.types(f"calendar add {feed.url}").startswith("Others are connecting theirs")
            feed.held.set()
            assert all("connected" in each.result().summary for each in slow)
    finally:
        feed.held.set()
    assert "connected" in connected(coach, feed)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("status", "said"), [(200, "Your calendar is connected. Visits found: 1."), (500, "127.0.0.1 is in trouble (500)")]
)
def test_a_slow_calendar_is_answered_in_time_and_told_when_it_is_read(
    start_coach: Callable[..., Coach], feed: Feed, mode: Mode, status: int, said: str
) -> None:
    coach = start_coach(mode, allow_loopback_fetch=True)
    coach.anna.types("account add Nordhaus")
    feed.put("1", "Nordhaus", "20260306T090000")
    feed.held, feed.status = threading.Event(), status
    try:
        coach.check(coach.srv.slash("U1", f"calendar add {feed.url}"))
        assert coach.anna.got()[-1] == "I'm reading your calendar. That takes a moment; I'll tell you here."
    finally:
        feed.held.set()
    coach.rest()
    assert said in coach.anna.got()[-1]
    assert len(coach.rows(FeedRow)) == (status == 200)


def test_somebody_new_with_a_slow_calendar_is_told_when_it_is_read(coach: Coach, feed: Feed) -> None:
    feed.held = threading.Event()
    try:
        coach.check(coach.srv.slash("U6", f"calendar add {feed.url}"))
    finally:
        feed.held.set()
    coach.rest()
    assert "Your calendar is connected." in coach.bob.got()[-1]


def test_a_calendar_is_connected_by_words_in_the_dm(coach: Coach, feed: Feed) -> None:
    assert "Your calendar is connected." in coach.anna.writes(f"kam calendar add {feed.url}")


def test_nobodys_writing_waits_while_a_calendar_is_parsed(
    coach: Coach, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse, wrote = calendar.read, []

    def parsed(*told: Any, **more: Any) -> calendar.Feed:
        with ThreadPoolExecutor(1) as pool:
            wrote.append(pool.submit(write).result(5))
        return parse(*told, **more)

    def write() -> bool:
        with coach.writing() as session:
            return deliveries.first_time(session, TEAM, f"parsed {len(wrote)}", coach.now)

    monkeypatch.setattr(calendar, "read", parsed)
    connected(coach, feed)
    later(coach)
    assert wrote == [True, True]


def anna(coach: Coach) -> tuple[Base, Rep]:
    base = coach.bot.base
    rep = people.known(base, Asker(TEAM, "U1"))
    assert rep is not None
    return base, rep


def test_a_disconnected_calendar_is_not_read_any_more_and_its_visits_stay(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Nordhaus", "20260306T090000")
    connected(coach, feed)
    coach.anna.types("calendar")
    assert "The visits I read stay" in coach.anna.taps("Disconnect")
    asked = feed.asked
    later(coach)
    assert (feed.asked, planned(coach)) == (asked, ["06 10:00 Nordhaus"])


def test_a_rep_without_a_zone_is_asked_for_it_first(coach: Coach, feed: Feed) -> None:
    assert "I need your time zone first" in coach.nomad.types(f"calendar add {feed.url}")


def test_reading_twice_changes_nothing(coach: Coach, feed: Feed) -> None:
    feed.put("1", "Nordhaus", "20260306T090000", "RRULE:FREQ=DAILY;COUNT=5")
    connected(coach, feed)
    before = [v.model_dump() for v in coach.visits()], len(coach.rows(NudgeRow))
    later(coach)
    assert ([v.model_dump() for v in coach.visits()], len(coach.rows(NudgeRow))) == before
