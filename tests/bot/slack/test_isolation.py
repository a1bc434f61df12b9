"""Somebody of another workspace, with the same user id, who knows every id of ours: they see and change nothing.

Every tap, form, shortcut and command is walked with every id and name that is stored, so a new one is walked too.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session
from typing_extensions import override

from bot.core.account import Rep
from bot.core.message import Filled, Reply
from bot.practice.records import Delivery
from bot.slack import acts
from bot.slack.commands import router
from bot.slack.commands.base import Act
from bot.slack.commands.help import COMMANDS
from bot.usecases import home
from storage import belongings, reps
from storage.belongings import plain
from storage.tables import UndoRow
from tests import everything
from tests.tenants import ACME, BRAVO, ManyCoach

OURS, THEIRS = "acmeword", "bravoword"
REP = "U1"
COLLEAGUE = "U6"
CODE = Path(__file__).parents[3] / "bot"


class Whatever(Filled):
    """A form with the same words in every field."""

    def __init__(self, words: str) -> None:
        super().__init__({"any": words})

    @override
    def get(self, name: str) -> str:
        return self.values["any"]


@pytest.fixture
def two(many: ManyCoach) -> ManyCoach:
    """Two workspaces with a row in every table, of a rep with the same id."""
    for team_id, word in ((ACME, OURS), (BRAVO, THEIRS)):
        many.install(team_id)
        with many.writing() as session:
            everything.fill(session, team_id, REP, word)
            _open(session, many.bot.base.shelf.library.plays[0].id, many.now)
    return many


def _open(session: Session, play: str, now: datetime) -> None:
    """Everything is still open, and about a play that there is: so that a tap has something to do."""
    session.execute(update(UndoRow).values(made_at=now))  # what is older than a minute anybody's change clears away
    for table in belongings.all_tables():
        ends = [c for c in table.c if c.nullable and c.name.endswith("_at") and table.name != "rep"]
        values = {c.name: None for c in ends} | ({"play": play} if "play" in table.c else {})
        if values:
            session.execute(update(table).values(values))


def rep(coach: ManyCoach, team_id: str) -> Rep:
    with coach.bot.base.database.read() as session:
        found = reps.get(session, team_id, REP)
        assert found is not None
        return found


def rows(coach: ManyCoach, team_id: str, but_of: str = "") -> dict[str, list[str]]:
    """Every row of a workspace, by table, but those of one rep."""
    with coach.bot.base.database.read() as session:
        return {
            table.name: sorted(
                json.dumps({n: plain(v) for n, v in row.items()}, default=str)
                for row in session.execute(table.select().where(table.c.team_id == team_id)).mappings()
                if not but_of or row.get("rep_id", row.get("id")) != but_of
            )
            for table in belongings.all_tables()
            if "team_id" in table.c
        }


def known_words(coach: ManyCoach) -> list[str]:
    """All ids and names of ours that somebody could know."""
    found = set(re.findall(rf"{OURS}-[a-z_]+-[a-z_]+", json.dumps(rows(coach, ACME))))
    assert len(found) > 40
    return sorted(found)


def ids(words: list[str]) -> list[str]:
    return [word for word in words if word.endswith(("-id", "-key", "-play", "-event_key", "-feed_key"))]


MENUS = ("more", "give", "account", "later")  # deeds whose value begins with a word that chooses among several
CHOICES = ("why", "later", "wrong", "stop", "steps", "withdraw", "words", "think", "account", "offer", "rehearse")


def values(name: str, words: list[str]) -> list[str]:
    """What a button or a form carries: an id, or one behind or before a word."""
    every = ids(words)
    first = CHOICES if any(menu in name for menu in MENUS) else ()
    own = [word for word in every if word.endswith("-id")]
    return [*every, *(f"{choice}|{word}" for choice in first for word in own), *(f"{word}|1" for word in own)]


Deed = Callable[[], Reply | None]


def deeds(coach: ManyCoach, who: Rep, words: list[str]) -> Iterator[tuple[str, list[tuple[str, Deed]]]]:
    """Everything that can be done, by its name, each with what is told along."""
    base, now = coach.bot.base, coach.now

    def act(text: str) -> Act:
        return Act(base, who, text, now)

    for name, tap in {**acts.TAPS, **acts.SHORTCUTS}.items():
        yield name, [(value, lambda t=tap, v=value: t(act(v))) for value in values(name, words)]  # type: ignore[misc]
    for name, form in acts.FORMS.items():
        told = [(value, lambda f=form, v=value: f(act(v), Whatever(v))) for value in values(name, words)]  # type: ignore[misc]
        yield f"form {name}", told
    names = [word for word in words if word.endswith(("-name", "-name_key", "-id"))]
    for command in COMMANDS:
        if command.name in ("forget", "export"):
            continue  # of the asker alone: told below
        said = [f"{command.name} {word} {rest}".strip() for word in names for rest in RESTS.get(command.name, ("",))]
        yield f"/kam {command.name}", [(text, lambda t=text: router.run(act(t))) for text in said]  # type: ignore[misc]


RESTS: dict[str, tuple[str, ...]] = {
    "visit": ("", "tomorrow 15:00", "cancel"),
    "problem": ("", "they wait for an answer"),
    "promise": ("", "a sample by 20 March"),
    "note": ("", "praise they liked it"),
    "contact": ("", "add Wang Li, purchasing"),
    "account": ("", "stage middle"),
}


def leaks(shown: str, told: str) -> set[str]:
    """Words of ours in what is shown, but those that the asker brought along."""
    return {word for word in re.findall(rf"{OURS}[-a-z_]*", shown) if word not in told}


def walk(coach: ManyCoach, who: Rep, but_of: str = "") -> tuple[dict[str, set[str]], set[str]]:
    """What of ours was shown, and which deeds changed a row of ours, when somebody does everything."""
    shown: dict[str, set[str]] = {}
    changed: set[str] = set()
    words, before = known_words(coach), rows(coach, ACME, but_of)
    for name, tries in deeds(coach, who, words):
        for told, deed in tries:
            reply = None
            with suppress(Exception):  # refused, or nonsense: what counts is what is seen and changed
                reply = deed()
            if found := leaks(repr(reply), told):
                shown.setdefault(name, set()).update(found)
        coach.rest()
        after = rows(coach, ACME, but_of)
        if after != before:
            changed.add(name)
            before = after
    return shown, changed


def test_another_workspace_sees_and_changes_nothing(two: ManyCoach) -> None:
    seen, calls = two.acme.space.seen_count(), len(two.acme.space.calls())
    shown, changed = walk(two, rep(two, BRAVO))
    assert shown == {}
    assert changed == set()
    assert (two.acme.space.seen_count(), len(two.acme.space.calls())) == (seen, calls)


def test_the_same_walk_at_home_sees_and_changes_much(two: ManyCoach) -> None:
    """Or the walk would prove nothing."""
    two.allowed_errors = {"job_failed"}
    shown, changed = walk(two, rep(two, ACME))
    assert len(shown) > 20
    assert len(changed) > 20


def test_a_colleague_who_is_nobodys_manager_sees_and_changes_nothing_either(two: ManyCoach) -> None:
    """In the same workspace, though they are an admin there; nor is anybody written to, or anything kept for them."""
    two.allowed_errors = {"job_failed"}
    with two.writing() as session:
        bob = reps.save(session, ACME, COLLEAGUE, zone="Europe/Berlin", language="en")
    two.acme.bob.types("help")
    seen = two.acme.space.seen_count()
    shown, changed = walk(two, bob, COLLEAGUE)
    assert shown == {}
    assert changed == set()
    written = [m for m in two.acme.bob.messages if OURS in repr(m)]
    assert written == []
    assert {entry.to for entry in two.acme.space.seen_since(seen)} <= {COLLEAGUE}
    assert foreign(two) == []


def foreign(coach: ManyCoach) -> list[str]:
    """The tables in which a row of the colleague's is about an account that is not theirs."""
    with coach.bot.base.database.read() as session:
        return [
            table.name
            for table in belongings.all_tables()
            if {"account_id", "rep_id"} <= set(table.c.keys())
            for row in session.execute(table.select().where(table.c.rep_id == COLLEAGUE)).mappings()
            if OURS in str(row["account_id"])
        ]


def test_the_home_tab_an_export_and_being_forgotten_are_of_ones_own_workspace(two: ManyCoach) -> None:
    before = rows(two, ACME)
    theirs = two.bravo.anna
    assert OURS not in repr(home.view(two.bot.base, rep(two, BRAVO), two.now, 0))
    theirs.opens("home")
    assert OURS not in theirs.home
    theirs.types("export")
    assert OURS not in repr(list(two.bravo.space.files.values()))
    theirs.types("forget me")
    with suppress(AssertionError):
        theirs.fills(word="forget", accounts="delete")
    assert rows(two, ACME) == before


def test_a_button_and_a_form_of_ours_replayed_from_another_workspace_open_nothing(two: ManyCoach) -> None:
    """Over signed HTTP, as Slack would deliver them: only what says where it happens is exchanged."""
    two.acme.anna.types("account add Nordhaus")
    message = two.acme.anna.showing("Change the account")
    before = rows(two, ACME)
    clicked = two.acme.srv.hands.click(REP, message.channel, message.ts, by_label="Change the account")
    replayed(two, clicked)
    assert two.bravo.anna.form == ""
    assert rows(two, ACME) == before
    two.acme.anna.taps("Change the account", on=message)
    view = two.acme.space.modal(REP)
    assert view is not None
    before = rows(two, ACME)
    sent = two.acme.srv.hands.submit(REP, view.id, None)
    replayed(two, sent)
    assert rows(two, ACME) == before


def replayed(coach: ManyCoach, ours: Delivery) -> Delivery:
    """The same delivery as if it happened in the other workspace."""
    text = json.dumps(ours.payload).replace(ACME, BRAVO)
    payload: dict[str, Any] = json.loads(text)
    payload["trigger_id"] = coach.bravo.space.new_trigger(REP)
    payload.pop("response_url", None)
    if "view" in payload:
        coach.bravo.space.views[payload["view"]["id"]] = coach.bravo.space.new_view(
            REP, {"blocks": [], "type": "modal"}
        )
    coach.bravo.srv.deliver(Delivery(ours.kind, payload, coach.bravo.space.new_id("E"), REP))
    coach.rest()
    return ours


def test_a_delivery_that_one_workspace_had_is_new_to_another(two: ManyCoach) -> None:
    """Retries are recognised in each workspace by itself."""
    two.acme.anna.opens("home")
    event = next(d for d in two.acme.space.deliveries if d.kind == "events_api")
    payload = json.loads(json.dumps(event.payload).replace(ACME, BRAVO))
    two.bravo.srv.deliver(Delivery(event.kind, payload, "E-again", REP))
    two.rest()
    assert two.bravo.anna.home


def test_pages_of_the_home_tab_are_remembered_for_each_by_themselves(two: ManyCoach) -> None:
    two.acme.anna.opens("home")
    assert two.bravo.space.home(REP) is None
    two.clock.move_to(two.now + timedelta(minutes=1))
    two.acme.anna.types("help")
    assert two.bravo.space.home(REP) is None


def test_an_admin_of_one_workspace_is_none_in_another(many: ManyCoach) -> None:
    many.install(ACME, "U6")
    many.install(BRAVO, "U1")
    base = many.bot.base
    assert base.admins_of(ACME) == {"U6"}
    assert base.admins_of(BRAVO) == {"U1"}
    assert base.admins_of("T0NOBODY") == frozenset()


def test_who_is_an_admin_is_never_asked_without_the_workspace() -> None:
    asked = [f.name for f in CODE.rglob("*.py") if re.search(r"base\.admins\b", f.read_text("utf-8"))]
    assert asked == []
