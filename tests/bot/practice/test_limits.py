"""Slack's limits, a row each: the longest that passes and the first that does not."""

import pytest

from bot.practice import limits


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def button(**more):
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def options(count, **more):
    return [{"text": plain(f"o{n}"), "value": f"v{n}", **more} for n in range(count)]


def select(count):
    return {"type": "static_select", "action_id": "s", "options": options(count)}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def section(**more):
    return {"type": "section", "text": mrkdwn("words"), **more}


def typed(**element):
    return {
        "type": "input",
        "label": plain("Name"),
        "element": {"type": "plain_text_input", "action_id": "n", **element},
    }


CONFIRM = {"title": plain("t"), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}],
}

FITS = [
    section(text=mrkdwn("x" * 3000)),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("a")] * 10},
    actions(*[button(action_id=f"a{n}") for n in range(25)]),
    actions(select(100)),
    actions({"type": "overflow", "action_id": "o", "options": options(5)}),
    actions(button(text=plain("x" * 75), value="v" * 2000, style="primary", confirm=CONFIRM)),
    {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"},
    {"type": "divider"},
    {"type": "markdown", "text": "x" * 12_000},
    RICH,
]

REFUSED = [
    (section(text=mrkdwn("x" * 3001)), "/blocks/0/text/text", "too_long"),
    (section(text=mrkdwn("")), "/blocks/0/text/text", "too_short"),
    ({"type": "section"}, "/blocks/0", "missing_field"),
    (section(fields=[mrkdwn("a")] * 11), "/blocks/0/fields", "too_many"),
    (section(fields=[mrkdwn("x" * 2001)]), "/blocks/0/fields/0/text", "too_long"),
    (section(colour="red"), "/blocks/0/colour", "invalid_additional_property"),
    ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text", "too_long"),
    ({"type": "header", "text": plain("&" * 31)}, "/blocks/0/text/text", "too_long"),
    ({"type": "header", "text": mrkdwn("a")}, "/blocks/0/text/type", "failed_constraint"),
    ({"type": "context", "elements": [mrkdwn("a")] * 11}, "/blocks/0/elements", "too_many"),
    ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type", "failed_constraint"),
    (actions(), "/blocks/0/elements", "too_few"),
    (actions(*[button(action_id=f"a{n}") for n in range(26)]), "/blocks/0/elements", "too_many"),
    (actions(button(), button()), "/blocks/0", "failed_constraint"),
    (actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text", "too_long"),
    (actions(button(text=mrkdwn("a"))), "/blocks/0/elements/0/text/type", "failed_constraint"),
    (actions({"type": "button", "action_id": "b"}), "/blocks/0/elements/0", "missing_field"),
    (actions(button(value="v" * 2001)), "/blocks/0/elements/0/value", "too_long"),
    (actions(button(url="javascript:1")), "/blocks/0/elements/0/url", "invalid_url"),
    (actions(button(style="loud")), "/blocks/0/elements/0/style", "failed_constraint"),
    (actions(button(action_id="a" * 256)), "/blocks/0/elements/0/action_id", "too_long"),
    (
        actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})),
        "/blocks/0/elements/0/confirm/text/text",
        "too_long",
    ),
    (actions(select(101)), "/blocks/0/elements/0/options", "too_many"),
    (actions(select(0)), "/blocks/0/elements/0/options", "too_few"),
    (actions({"type": "static_select", "action_id": "s"}), "/blocks/0/elements/0", "failed_constraint"),
    (
        actions({"type": "overflow", "action_id": "o", "options": options(6)}),
        "/blocks/0/elements/0/options",
        "too_many",
    ),
    (
        actions({"type": "overflow", "action_id": "o", "options": options(1, description=plain("x" * 76))}),
        "/blocks/0/elements/0/options/0/description/text",
        "too_long",
    ),
    (
        actions({"type": "radio_buttons", "action_id": "r", "options": options(11)}),
        "/blocks/0/elements/0/options",
        "too_many",
    ),
    (actions({"type": "plain_text_input", "action_id": "p"}), "/blocks/0/elements/0/type", "unsupported_type"),
    (actions({"type": "datepicker", "initial_date": "1/2/26"}), "/blocks/0/elements/0/initial_date", "invalid_format"),
    ({"type": "image", "image_url": "https://e.org/a.png"}, "/blocks/0", "missing_field"),
    ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text", "too_long"),
    ({"type": "sektion"}, "/blocks/0/type", "unsupported_type"),
    ({"type": "alert", "text": plain("a")}, "/blocks/0/type", "unsupported_type"),
    (section(block_id="b" * 256), "/blocks/0/block_id", "too_long"),
    (None, "/blocks/0", "invalid_type"),
    ({"type": "rich_text", "elements": [{"type": "song"}]}, "/blocks/0/elements/0", "unsupported_type"),
    (typed(max_length=3001), "/blocks/0/element/max_length", "failed_constraint"),
]


@pytest.mark.parametrize("block", FITS, ids=lambda block: block["type"])
def test_a_block_at_its_limit_passes(block):
    assert limits.check_blocks([block]) == []


@pytest.mark.parametrize(("block", "pointer", "code"), REFUSED)
def test_a_block_past_its_limit_is_refused_where_it_breaks(block, pointer, code):
    found = [(finding["pointer"], finding["code"]) for finding in limits.check_blocks([block])]
    assert (pointer, code) in found


def test_a_message_takes_fifty_blocks_and_a_view_a_hundred():
    assert limits.check_blocks([section()] * 50) == []
    assert limits.check_blocks([section()] * 51)[0]["code"] == "too_many"
    assert limits.check_blocks([section()] * 100, "home") == []
    assert limits.check_blocks([section()] * 101, "home")[0]["code"] == "too_many"


def test_a_block_id_stands_once():
    twice = [section(block_id="one"), section(block_id="one")]
    assert limits.check_blocks(twice)[0]["pointer"] == "/blocks/1/block_id"


def test_markdown_counts_over_the_whole_message():
    half = {"type": "markdown", "text": "x" * 6_001}
    assert [finding["code"] for finding in limits.check_blocks([half, half])] == ["too_long"]


def modal(**more):
    return {"type": "modal", "title": plain("Title"), "blocks": [section()], **more}


VIEWS = [
    (modal(title=plain("x" * 25)), "/title/text"),
    (modal(title=None), ""),
    (modal(submit=plain("x" * 25)), "/submit/text"),
    (modal(close=mrkdwn("x")), "/close/type"),
    (modal(blocks=[typed()]), "/submit"),
    (modal(private_metadata="x" * 3001), "/private_metadata"),
    (modal(callback_id="x" * 256), "/callback_id"),
    (modal(blocks=None), ""),
    (modal(type="sheet"), "/type"),
    (modal(blocks=[{"type": "markdown", "text": "a"}]), "/blocks/0/type"),
    (
        modal(
            submit=plain("Go"),
            blocks=[typed(focus_on_load=True), typed(focus_on_load=True, action_id="m")],
        ),
        "/blocks/1/element/focus_on_load",
    ),
    ({"type": "home", "title": plain("a"), "blocks": []}, "/title"),
    (
        {
            "type": "home",
            "blocks": [{"type": "input", "label": plain("a"), "element": {"type": "file_input"}}],
        },
        "/blocks/0/element/type",
    ),
]


@pytest.mark.parametrize(("view", "pointer"), VIEWS)
def test_a_view_past_its_limits_is_refused_where_it_breaks(view, pointer):
    assert pointer in [finding["pointer"] for finding in limits.check_view(view)]


def test_a_whole_form_passes():
    form = modal(submit=plain("Save"), close=plain("Not now"), blocks=[section(), typed(max_length=3000)])
    assert limits.check_view(form) == []
    assert limits.check_view({"type": "home", "blocks": [section(accessory=button())]}, "home") == []
    assert limits.check_view(form, "home")


def test_a_message_of_forty_thousand_characters_is_the_longest():
    assert limits.check_message({"text": "x" * 40_000}) == []
    assert limits.check_message({"text": "x" * 40_001})[0]["pointer"] == "/text"
    assert limits.check_message({"text": "x" * 4001}, limits.UPDATE_TEXT)[0]["pointer"] == "/text"


def test_metadata_has_a_type_a_payload_and_a_size():
    fine = {"event_type": "nudge", "event_payload": {"id": "n1"}}
    assert limits.check_metadata(fine) is None
    assert limits.check_metadata({"event_type": "nudge"}) == "invalid_metadata_format"
    assert limits.check_metadata({**fine, "event_payload": {"id": "x" * 9000}}) == "metadata_too_large"
