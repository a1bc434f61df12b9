"""Messages as blocks: within Slack's limits whatever the text, and deaf to markup."""

import html
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.message import Actions, Bullets, Button, Divider, Heading, Menu, Message, Paragraph, Small, plain
from bot.practice import limits
from bot.practice import render as practice_render
from bot.slack import blocks

NASTY = [
    "<!channel>",
    "<!here|x>",
    "<@U123ABC>",
    "@everyone",
    "@here",
    "<https://evil.example|bank>",
    "&lt;!channel&gt;",
]
NASTY += [
    "*bold* _it_ ~no~ `code`",
    "> quote",
    ":smile:",
    "مرحبا \u202e",
    "👩‍👩‍👧‍👦🏥" * 900,
    "&<>" * 1500,
    "你好，" * 1500,
]
NASTY += ["", "   ", "\n\n", "\x00\x07", "\ud800", "x" * 5000, "a\n" * 3000]

texts = st.one_of(
    st.text(max_size=60), st.sampled_from(NASTY), st.tuples(st.text(), st.sampled_from(NASTY)).map("".join)
)
names = st.sampled_from(["card:commit", "card:skip", "later:3", "later:3:1", "check:done"])
buttons = st.builds(Button, names, texts, texts, st.booleans())
menus = st.builds(Menu, names, st.lists(st.tuples(texts, texts), max_size=7).map(tuple))
parts = st.one_of(
    st.builds(Heading, texts),
    st.builds(Paragraph, texts, texts, st.none() | buttons),
    st.builds(Bullets, st.lists(texts, max_size=4).map(tuple)),
    st.builds(Small, texts),
    st.builds(Actions, st.lists(buttons, max_size=30).map(tuple), st.none() | menus),
    st.just(Divider()),
)
messages = st.builds(Message, texts, st.lists(parts, max_size=5).map(tuple))


def shown(*given_parts):
    """What a person reads of a message of these parts."""
    found = blocks.render(Message("x", given_parts))
    return practice_render.message(found["text"], found["blocks"])


def kinds(value):
    """Every type named anywhere in blocks."""
    if isinstance(value, list):
        return {kind for item in value for kind in kinds(item)}
    if isinstance(value, dict):
        return {value.get("type")} | {kind for item in value.values() for kind in kinds(item)}
    return set()


def only(*given_parts):
    [block] = blocks.render(Message("x", given_parts))["blocks"]
    return block


def action_ids(block):
    return [element["action_id"] for element in block["elements"]]


@settings(deadline=None)
@given(messages)
def test_any_message_is_one_that_slack_takes(message):
    found = blocks.render(message)
    assert limits.check_message(found, limits.UPDATE_TEXT) == []
    assert found["text"].strip()
    assert limits.check_view(blocks.home(message)) == []
    json.dumps(found).encode()


@settings(deadline=None)
@given(messages)
def test_no_message_mentions_anyone_or_parses_markup(message):
    found = blocks.render(message)
    assert practice_render.mentions(found["text"], found["blocks"]) == []
    assert "<" not in found["text"]
    assert "mrkdwn" not in kinds(found["blocks"])
    assert set(found) == {"text", "blocks"}


@settings(deadline=None)
@given(st.lists(names, max_size=24))
def test_an_action_id_gives_its_action_back_and_is_unique_in_its_block(actions):
    found = blocks.render(Message("x", (Actions(tuple(Button(name, "Go") for name in actions)),)))["blocks"]
    ids = [name for block in found for name in action_ids(block)]
    assert [blocks.action_of(name) for name in ids] == actions
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("label", "text", "read"),
    [
        ("Do", "Ask Li Wei.", "Do: Ask Li Wei."),
        ("做", "先问李伟。", "做：先问李伟。"),
        ("Why this?", "A visit.", "Why this? A visit."),
        ("为什么？", "有拜访。", "为什么？有拜访。"),
        ("Step by step", "", "Step by step"),
        ("", "Plain.", "Plain."),
    ],
)
def test_a_label_stands_bold_before_its_text(label, text, read):
    block = only(Paragraph(text, label))
    assert shown(Paragraph(text, label)) == read
    bold = [leaf["text"] for leaf in block["elements"][0]["elements"] if leaf.get("style") == {"bold": True}]
    assert [words.rstrip(":： ") for words in bold] == ([label] if label else [])


def test_foreign_text_reads_as_it_was_typed():
    typed = "<!channel> *Acme* & _Sons_ <@U1>"
    assert shown(Heading(typed), Paragraph(typed), Bullets((typed,)), Small(typed)).count(typed) == 4


def test_the_notification_text_is_escaped():
    assert blocks.render(plain("Fish & <!channel>"))["text"] == "Fish &amp; &lt;!channel&gt;"


@settings(deadline=None)
@given(st.text(alphabet="&<a🏥", min_size=1000, max_size=5000))
def test_the_notification_text_is_never_cut_inside_an_entity(text):
    found = blocks.fallback(text)
    read = html.unescape(found)
    assert len(found) <= 4000
    assert read == text or text.startswith(read.removesuffix("…"))


def test_an_empty_paragraph_leaves_no_block():
    assert (
        blocks.render(Message("x", (Paragraph(""), Paragraph(" \n"), Heading(""), Small(" "), Bullets(("",)))))[
            "blocks"
        ]
        == []
    )


def test_a_button_beside_a_paragraph_stands_beside_it():
    block = only(Paragraph("Acme · Thursday", "Next", Button("card:open", "Open", "n1")))
    assert (block["type"], block["text"]["text"]) == ("section", "Next: Acme · Thursday")
    assert (block["accessory"]["action_id"], block["accessory"]["value"]) == ("card:open", "n1")


def test_a_button_without_a_paragraph_stands_alone():
    assert only(Paragraph("", button=Button("a:b", "Open")))["type"] == "actions"


def test_buttons_and_their_menu_stand_in_one_row():
    menu = Menu("card:more", (("Why this?", "why|n1"), ("Later…", "later|n1")))
    row = Actions((Button("card:commit", "I'll do it", "n1", primary=True), Button("card:skip", "No", "n1")), menu)
    assert shown(row) == "[I'll do it] [No] […: Why this? / Later…]"
    assert [element.get("style") for element in only(row)["elements"]] == ["primary", None, None]


def test_a_menu_holds_five_entries_at_most_and_none_leaves_no_menu():
    many = Menu("m", tuple((f"{n}", f"{n}") for n in range(7)))
    assert len(only(Actions((), many))["elements"][0]["options"]) == 5
    assert blocks.render(Message("x", (Actions((), Menu("m", ())),)))["blocks"] == []


def test_a_long_paragraph_goes_on_in_further_blocks_and_loses_nothing():
    text = "\n".join(f"line {n} says something" for n in range(300))
    found = blocks.render(Message("x", (Paragraph(text, "Notes"),)))["blocks"]
    assert len(found) == 3
    assert practice_render.message("", found) == f"Notes: {text}"


def test_too_many_blocks_end_with_a_sign_that_there_was_more():
    found = blocks.render(Message("x", tuple(Paragraph(f"line {n}") for n in range(70))))["blocks"]
    assert len(found) == 50
    assert practice_render.message("", found).splitlines()[-2:] == ["line 48", "…"]


def test_too_much_text_ends_with_a_sign_that_there_was_more():
    found = blocks.render(Message("x", tuple(Paragraph(f"{n} " + "x" * 2000) for n in range(9))))["blocks"]
    assert (len(found), practice_render.message("", found)[-1]) == (6, "…")


def test_a_heading_is_one_line_cut_where_slack_ends_it():
    found = only(Heading("Acme\nGroup " + "&" * 200))["text"]["text"]
    assert found.startswith("Acme Group &")
    assert len(html.escape(found)) <= 150
    assert found.endswith("…")


def test_lengths_hold_even_where_slack_counts_an_emoji_twice():
    found = only(Heading("🏥" * 100))["text"]["text"]
    assert 70 < len(found) <= 75
    assert found.endswith("🏥…")
