"""Bad input: garbage in any field, and faults of our own, end in a sentence, acknowledged and in the log."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.core.library import Library
from bot.core.matching import Weights
from bot.slack import acts
from bot.usecases.ports import Shelf
from storage.tables import AccountRow, CommitmentRow, NudgeRow, ProblemRow
from tests.coach import Coach
from tests.fuzz.desk import FIELDS

GARBAGE = ("", "x|y|z", "9" * 2000, '"' * 2000, "\\" * 3500, "x" * 9000, "|" * 2000, "\x00<!channel>", "-1|-1|-1")


@pytest.fixture
def coach(coach: Coach) -> Coach:
    """Anna has an account, and has read a message with a button on it."""
    coach.anna.types("account add Nordhaus")
    return coach


@pytest.fixture
def tap(coach: Coach) -> Callable[..., None]:
    """Taps that say something else than what is on the message."""
    message = coach.anna.showing("Change the account")
    delivery = coach.srv.hands.click("U1", message.channel, message.ts, by_label="Change the account")

    def act(**action: Any) -> None:
        made = copy.deepcopy(delivery)
        made.payload |= {
            "actions": [{**made.payload["actions"][0], **action}],
            "trigger_id": coach.space.new_trigger("U1"),
            "response_url": f"{coach.srv.url}hooks/{coach.space.new_response_url('U1', message.channel, message.ts)}",
        }
        coach.check(coach.srv.deliver(made))
        coach.rest()

    return act


@pytest.mark.parametrize("value", GARBAGE, ids=range(len(GARBAGE)))
def test_a_garbled_value_on_any_button_is_answered_in_a_sentence(
    coach: Coach, tap: Callable[..., None], value: str
) -> None:
    for action in acts.TAPS:
        tap(action_id=action, value=value)
        assert "reference" not in "\n".join(coach.anna.got()), action
    assert coach.rows(CommitmentRow) == []


def test_an_unknown_button_is_answered_in_a_sentence(coach: Coach, tap: Callable[..., None]) -> None:
    for name in ("no:such", "", "card:commit:99:x", "x" * 255):
        tap(action_id=name, value="x")
        assert coach.anna.got()[-1].startswith("I no longer know this card.")


@pytest.mark.parametrize(
    "change",
    [
        lambda view: view.update(private_metadata="{not json"),
        lambda view: view.update(private_metadata='{"subject": 7, "private": []}'),
        lambda view: view.update(
            private_metadata='{"subject": "x|y|z", "private": {"url": "http://169.254.169.254/"}}'
        ),
        lambda view: view.update(private_metadata="[]", state={"values": {}}),
        lambda view: view.update(state={"values": {"name": {"value": {"type": "plain_text_input", "value": None}}}}),
        lambda view: view.update(private_metadata=json.dumps({"subject": "\\" * 9_000})),
        lambda view: view.update(
            private_metadata=json.dumps({"subject": {"a": ['"'] * 900}, "private": {"url": "x" * 9_000}})
        ),
        lambda view: view.update(state={"values": {name: {"value": {"value": "客" * 3_100}} for name in FIELDS}}),
        lambda view: view.update(
            state={"values": {name: {"value": {"selected_users": ["U" * 300] * 40}} for name in FIELDS}}
        ),
        lambda view: view.update(
            state={"values": {name: {"value": {"selected_option": {"value": "z" * 9_000}}} for name in FIELDS}}
        ),
        lambda view: view.update(
            state={"values": {name: {"value": {"selected_date": "9" * 9_000}} for name in FIELDS}}
        ),
        lambda view: view.update(state={"values": {name: ["value"] for name in FIELDS}}),
    ],
    ids=[
        "no json",
        "wrong types",
        "foreign address",
        "nothing filled in",
        "null",
        "long subject",
        "no subject",
        "long texts",
        "long people",
        "long choice",
        "long date",
        "lists",
    ],
)
def test_any_form_that_is_garbled_is_answered_at_a_field_or_in_a_sentence(
    coach: Coach, change: Callable[[dict[str, Any]], None]
) -> None:
    for form in acts.FORMS:
        coach.anna.types("account add")
        view = coach.space.modal("U1")
        assert view is not None
        coach.srv.fill("U1", view.id, {"name": {"value": {"type": "plain_text_input", "value": f"For {form}"}}})
        delivery = coach.srv.hands.submit("U1", view.id, None)
        delivery.payload = copy.deepcopy(delivery.payload)
        delivery.payload["view"]["callback_id"] = form
        change(delivery.payload["view"])
        coach.check(coach.srv.deliver(delivery))
        coach.rest()
        assert "reference" not in "\n".join(coach.anna.got()), form


def test_an_unknown_form_is_answered_at_its_field(coach: Coach) -> None:
    coach.anna.types("account add")
    view = coach.space.modal("U1")
    assert view is not None
    coach.srv.fill("U1", view.id, {"name": {"value": {"type": "plain_text_input", "value": "Südbau"}}})
    delivery = coach.srv.hands.submit("U1", view.id, None)
    delivery.payload = copy.deepcopy(delivery.payload)
    delivery.payload["view"]["callback_id"] = "no-such-form"
    coach.check(coach.srv.deliver(delivery))
    assert coach.anna.got()[-1].startswith("I no longer know this card.")


@pytest.mark.parametrize(
    "text",
    ["x" * 50_000, "客" * 20_000, "account add " + "y" * 9_000, "visit Nordhaus " + "1" * 9_000, "account set " * 999]
)  # fmt: skip
def test_a_huge_command_is_answered(coach: Coach, text: str) -> None:
    assert len(coach.anna.types(text)) > 20


def test_a_step_that_there_is_not_is_answered_in_a_sentence(coach: Coach, tap: Callable[..., None]) -> None:
    coach.anna.types("problem Nordhaus: the pump leaks")
    tap(action_id="problem:done", value=f"{coach.row(ProblemRow).id}|flown")
    assert coach.anna.got()[-1].startswith("I no longer know this card.")


@pytest.mark.parametrize("stamp", ["", "flown", "2026-03-05T10:00"])
def test_a_visit_at_no_moment_is_answered_in_a_sentence(coach: Coach, tap: Callable[..., None], stamp: str) -> None:
    for action in ("visit:add", "visit:move", "visit:which"):
        tap(action_id=action, value=f"{coach.row(AccountRow).id}|{stamp}|")
        assert coach.anna.got()[-1].startswith("I no longer know this card.")
    assert coach.visits() == []


def test_a_card_that_was_not_sent_yet_cannot_be_tapped_on(coach: Coach, tap: Callable[..., None]) -> None:
    coach.anna.types("visit Nordhaus fri 10:00")
    coach.plan()
    for row in coach.rows(NudgeRow, state="planned", rep_id="U1"):
        for action in ("card:commit", "card:skip", "check:done"):
            tap(action_id=action, value=row.id)
            assert coach.anna.got()[-1].startswith("I no longer know this card.")
    assert coach.rows(CommitmentRow) == []
    coach.anna.types("pause 1 week")
    assert "reference" not in "\n".join(coach.anna.got())


def test_every_subcommand_takes_any_words(coach: Coach) -> None:
    for command in ("account", "visit", "contact", "calendar", "settings", "why", "account add", "account set", "help",
                    "account rename", "account alias", "account archive", "visit cancel", "visit move", "contact add",
                    "calendar add", "settings off", "settings pause", "settings hours"):  # fmt: skip
        for words in (
            "",
            "<!channel>",
            "😀 😀 😀",
            "\u202e\u202e",
            "to",
            ":",
            "to to to",
            "{0} %s {name}",
            "a" * 3_000,
            "\n\n",
            "|",
        ):
            assert coach.anna.types(f"{command} {words}"), (command, words)
    assert "reference" not in "\n".join(coach.anna.got())


# --- faults of our own ----------------------------------------------------------------------------------------------


class BrokenShelf(Shelf):
    """A shelf that falls down."""

    def take(self) -> tuple[Library, Weights]:
        raise RuntimeError("the shelf fell down")


@pytest.fixture
def broken(coach: Coach) -> Coach:
    """A coach whose use cases fail on every question."""
    shelf = coach.bot.base.shelf
    shelf.__class__ = BrokenShelf
    coach.allowed_errors = {"listener_failed"}
    return coach


def failed(coach: Coach, answer: str) -> None:
    reference = answer.rpartition("reference: ")[2].strip()
    assert "That went wrong on my side; nothing was lost." in answer
    assert [line["reference"] for line in coach.said("listener_failed")][-1] == reference


def test_a_fault_in_a_command_is_a_sentence_with_a_reference_that_stands_in_the_log(broken: Coach) -> None:
    failed(broken, broken.anna.types("advice the client is angry"))


def test_a_fault_in_the_dm_too(broken: Coach) -> None:
    failed(broken, broken.anna.writes("the client is angry"))


def test_a_fault_for_somebody_new_too(broken: Coach) -> None:
    failed(broken, broken.bob.types("advice the client is angry"))


def test_a_fault_is_told_in_the_askers_language(broken: Coach) -> None:
    answer = broken.liwei.types("advice 客户很生气")
    assert "我这边出了点问题，你的内容没有丢。" in answer


def test_a_database_that_is_gone_is_a_sentence_too(coach: Coach, tmp_path: Any) -> None:
    coach.allowed_errors = {"listener_failed"}
    with coach.bot.base.database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE delivery RENAME TO gone")
    answer = coach.anna.types("help")
    assert "That went wrong on my side" in answer
    with coach.bot.base.database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE gone RENAME TO delivery")
    assert "What I can do" in coach.anna.types("help")


def test_usage_and_examples_are_in_the_askers_language(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    for typed, shown in (
        ("记录", "/kam note 博远 表扬 | 抱怨"),
        ("联系人", "/kam contact add 博远 王丽"),
        ("移交", "哪个客户？例如：/kam handover 博远"),
        ("为什么不", "哪个客户？例如：/kam why-not 博远"),
        ("客户 rename 博远", "改成 <新名>"),
        ("设置 休息 香蕉", "看不懂“香蕉”。例如：/kam settings off 2026-05-04..2026-05-08"),
    ):
        assert shown in coach.liwei.types(typed), typed


def test_an_account_is_put_away_as_won_or_lost_in_chinese(coach: Coach) -> None:
    coach.liwei.types("account add 博远")
    coach.liwei.types("客户 archive 博远 丢了")
    assert coach.row(AccountRow, name="博远").archived_as == "lost"


def test_a_text_that_is_too_long_for_a_subcommand_is_refused_and_a_long_question_is_read(coach: Coach) -> None:
    assert "Please keep it under 3,000 characters" in coach.anna.types("problem Nordhaus: " + "it leaks " * 400)
    assert coach.rows(ProblemRow) == []
    assert "Please keep it" not in coach.anna.types("advice " + "they complain about the delivery " * 200)


def test_somebody_of_another_workspace_is_not_served_where_only_one_is(coach: Coach) -> None:
    """In a channel that two firms share: they are no colleague, even if their id were one's."""
    coach.space.change_member("U1", home_team="T0OTHER")
    before = len(coach.rows(AccountRow))
    message = coach.anna.showing("Change the account")
    assert "I coach the people of this workspace only" in coach.anna.taps("Change the account", on=message)
    assert len(coach.rows(AccountRow)) == before
