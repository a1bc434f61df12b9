"""Forms as modals, and what was filled in read back, through the practice workspace's own hands."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import errors
from bot.core.message import Form, Input, Option, plain
from bot.practice import limits, payloads, render
from bot.slack import modals

STAGES = (Option("early", "Early"), Option("mature", "Mature"), Option("early", "Early again"), Option("", "None"))
KINDS = ["text", "lines", "choice", "choices", "radio", "date", "time", "tick", "unheard of"]


def form(*inputs, **more):
    return Form(**{"name": "account", "title": "Add", "submit": "Save", "close": "Cancel", "inputs": inputs, **more})


def element(field):
    [block] = modals.render(form(field))["blocks"]
    return block["element"]


def returned(shown, **typed):
    """The view as Slack sends it back once somebody changed these fields."""
    state = {}
    payloads.fill_initial(shown["blocks"], state)
    parts = {block["block_id"]: block["element"] for block in shown["blocks"] if block["type"] == "input"}
    for name, value in typed.items():
        state[name] = {"value": payloads.element_state(parts[name], value)}
    return {**shown, "state": {"values": state}}


texts = st.one_of(
    st.text(max_size=40), st.sampled_from(["<!channel>", "&" * 3100, "你" * 200, "🏥" * 100, "", " \n", "\ud800"])
)
options = st.lists(st.builds(Option, texts, texts), max_size=4).map(tuple)
fields = st.builds(
    Input,
    id=st.text("abcdef", min_size=5, max_size=9),
    label=texts,
    kind=st.sampled_from(KINDS),
    options=options,
    initial=st.one_of(texts, st.just("2026-06-01"), st.just("09:30"), st.just("25:00")),
    hint=texts,
    placeholder=texts,
    optional=st.booleans(),
    longest=st.integers(0, 5000),
)
forms = st.builds(
    Form,
    name=st.just("f"),
    title=texts,
    submit=texts,
    close=texts,
    inputs=st.lists(fields, max_size=4, unique_by=lambda field: field.id).map(tuple),
    intro=texts,
    subject=st.text(max_size=30),
)


@settings(deadline=None)
@given(forms)
def test_any_form_is_one_that_slack_takes(given_form):
    shown = modals.render(given_form)
    assert limits.check_view(shown, "modal") == []
    json.dumps(shown).encode()


@settings(deadline=None)
@given(forms)
def test_what_stood_in_a_form_comes_back_untouched(given_form):
    back = returned(modals.render(given_form))
    assert modals.subject(back) == given_form.subject
    assert set(modals.filled(back).values) == {field.id for field in given_form.inputs}


def test_every_kind_of_field_comes_back_as_it_was_filled_in():
    shown = modals.render(
        form(
            Input("name", "Name"),
            Input("text", "Text", "lines"),
            Input("stage", "Stage", "choice", STAGES),
            Input("stages", "Stages", "choices", STAGES),
            Input("day", "Day", "date"),
            Input("at", "At", "time"),
            Input("all_day", "All day", "tick"),
        )
    )
    ticked = shown["blocks"][-1]["element"]["options"][0]["value"]
    back = returned(
        shown,
        name="Acme & Co",
        text="a\nb",
        stage="mature",
        stages=["early", "mature"],
        day="2026-06-04",
        at="10:00",
        all_day=[ticked],
    )
    assert modals.filled(back).values == {
        "name": "Acme & Co",
        "text": "a\nb",
        "stage": "mature",
        "stages": "early,mature",
        "day": "2026-06-04",
        "at": "10:00",
        "all_day": "yes",
    }


def test_a_form_left_open_is_empty_not_missing():
    kinds = ("text", "choice", "choices", "date", "time", "tick")
    shown = modals.render(form(*(Input(kind, kind, kind, STAGES, optional=True) for kind in kinds)))
    assert modals.filled(returned(shown)).values == dict.fromkeys(kinds, "")


@pytest.mark.parametrize(
    ("kind", "initial"),
    [
        ("text", "Acme"),
        ("lines", "a\nb"),
        ("choice", "mature"),
        ("choices", "mature,early"),
        ("date", "2026-06-04"),
        ("time", "09:30"),
    ],
)
def test_what_is_known_already_stands_in_its_field(kind, initial):
    shown = modals.render(form(Input("x", "X", kind, STAGES, initial)))
    assert modals.filled(returned(shown)).get("x") == initial


def test_a_tick_may_be_left_open_and_says_what_it_means():
    [block] = modals.render(form(Input("all_day", "All day", "tick", (Option("all", "The whole day"),), "x")))["blocks"]
    assert block["optional"] is True
    assert [option["text"]["text"] for option in block["element"]["initial_options"]] == ["The whole day"]


def test_a_known_text_longer_than_its_box_is_kept_whole():
    known = "alias, " * 100
    found = element(Input("aliases", "Aliases", initial=known, longest=200))
    assert found["initial_value"] == known.strip()
    assert found["max_length"] >= len(known.strip())


def test_a_day_or_time_that_is_none_leaves_its_field_empty():
    assert "initial_date" not in element(Input("d", "D", "date", initial="2026-02-30"))
    assert "initial_time" not in element(Input("t", "T", "time", initial="25:00"))


def test_more_than_a_hundred_choices_come_in_groups():
    many = tuple(Option(f"a{n}", f"Account {n:03}") for n in range(230))
    shown = modals.render(form(Input("account", "Account", "choice", many, "a205")))
    groups = shown["blocks"][0]["element"]["option_groups"]
    assert groups[0]["label"]["text"] == "Account 000 – Account 099"
    assert sum(len(group["options"]) for group in groups) == 230
    assert limits.check_view(shown, "modal") == []
    assert modals.filled(returned(shown)).get("account") == "a205"


def test_a_choice_of_nothing_is_a_box_to_type_into():
    assert element(Input("account", "Account", "choice"))["type"] == "plain_text_input"


def test_a_form_reads_as_it_was_written():
    shown = modals.render(form(Input("name", "Name", hint="As they say it", placeholder="Acme"), intro="One minute."))
    assert render.view(shown).splitlines() == [
        "Add",
        "One minute.",
        "Name *",
        "[Acme]",
        "As they say it",
        "[Save]",
        "[Cancel]",
    ]


def test_what_was_sent_along_comes_back_unseen():
    shown = modals.render(form(subject="a1"), {"channel": "D1", "ts": "1.2"})
    assert (modals.subject(shown), modals.private(shown)) == ("a1", {"channel": "D1", "ts": "1.2"})
    assert "D1" not in render.view(shown)


@pytest.mark.parametrize("packed", ["", "not json", "[1]", "null", "{}"])
def test_a_foreign_view_is_about_nothing(packed):
    assert (modals.subject({"private_metadata": packed}), modals.private({"private_metadata": packed})) == ("", {})


def test_too_much_to_send_along_is_refused_by_name():
    with pytest.raises(errors.Refused, match="3000 characters"):
        modals.render(form(subject="x" * 3000))


@pytest.mark.parametrize(
    "view", [modals.loading("One moment"), modals.notice("Gone", plain("This card is over."), "Close")]
)
def test_a_view_that_asks_nothing_has_nothing_to_submit(view):
    assert limits.check_view(view, "modal") == []
    assert "submit" not in view
