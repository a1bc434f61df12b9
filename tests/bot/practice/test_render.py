"""What a person reads of what the app sent."""

import pytest

from bot.practice import render

MARKUP = [
    ("Ben &amp; Sons &lt;b&gt;", "Ben & Sons <b>"),
    ("*bold* _soft_ ~gone~ `code`", "bold soft gone code"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ("<https://e.org/a|the page> <https://e.org>", "the page https://e.org"),
    ("<@U1> <@U9|old> <#C1|general>", "@Li Wei @old #general"),
    ("<!here> <!channel>", "@here @channel"),
    ("<!date^1780275600^{date_num} {time}|then>", "2026-06-01 9:00 AM"),
    ("<!date^1780275600^{date_short_pretty}|then>", "Jun 1, 2026"),
    ("<!date^soon^{time}|then>", "then"),
    ("&amp;lt;", "&lt;"),
]


@pytest.mark.parametrize(("sent", "read"), MARKUP)
def test_markup_reads_as_in_slack(sent, read):
    assert render.mrkdwn(sent, zone="Asia/Shanghai", name_of={"U1": "Li Wei"}.get) == read


def test_buttons_selects_and_menus_show_their_words():
    options = [{"text": {"type": "plain_text", "text": word}, "value": word} for word in ("a", "b")]
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*One* point"}},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "I'll do it"}},
                {
                    "type": "static_select",
                    "placeholder": {"type": "plain_text", "text": "Snooze"},
                    "options": options,
                },
                {"type": "overflow", "options": options},
            ],
        },
    ]
    assert render.message("fallback", blocks) == "One point\n[I'll do it] [Snooze ▾] […: a / b]"
    assert render.message("only text", []) == "only text"


def test_plain_text_is_never_parsed():
    header = {"type": "header", "text": {"type": "plain_text", "text": "<!here> *x* &amp;"}}
    assert render.message("", [header]) == "<!here> *x* &amp;"


def test_a_form_shows_title_fields_and_its_buttons():
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Visit"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [
            {
                "type": "input",
                "label": {"type": "plain_text", "text": "When"},
                "element": {"type": "plain_text_input", "initial_value": "tomorrow"},
            }
        ],
    }
    assert render.view(view) == "Visit\nWhen *\n[tomorrow]\n[Save]"


MENTIONS = [
    ("<!channel> now", None, ["channel"]),
    ("&lt;!channel&gt; <@U1>", None, ["U1"]),
    ("@everyone", None, []),
    ("", {"type": "mrkdwn", "text": "hello @everyone"}, ["everyone"]),
    ("", {"type": "mrkdwn", "text": "hello @everyone", "verbatim": True}, []),
    ("", {"type": "plain_text", "text": "hello <!here>"}, []),
]


@pytest.mark.parametrize(("text", "part", "fired"), MENTIONS)
def test_who_a_message_would_notify(text, part, fired):
    blocks = [{"type": "section", "text": part}] if part else []
    assert render.mentions(text, blocks) == fired
