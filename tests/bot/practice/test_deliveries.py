"""What people do reaches a real Bolt app, over Socket Mode and over signed HTTP, and its answers come back."""

import time

import pytest
from slack_sdk.webhook import WebhookClient

from bot.practice.deliveries import SignedHttp
from bot.practice.records import NotPossibleError


def plain(text):
    return {"type": "plain_text", "text": text}


GO = {"type": "button", "text": plain("Go"), "action_id": "go", "value": "42"}
SNOOZE = {
    "type": "overflow",
    "action_id": "more",
    "options": [{"text": plain("Pause"), "value": "pause"}, {"text": plain("Why?"), "value": "why"}],
}
PICK = {
    "type": "static_select",
    "action_id": "pick",
    "placeholder": plain("Stage"),
    "options": [{"text": plain("New"), "value": "new"}, {"text": plain("Old"), "value": "old"}],
}
CARD = [{"type": "actions", "block_id": "row", "elements": [GO, SNOOZE, PICK]}]


def field(name, optional=False, **element):
    return {
        "type": "input",
        "block_id": f"b_{name}",
        "label": plain(name),
        "optional": optional,
        "element": {"type": "plain_text_input", "action_id": name, **element},
    }


def form(*blocks, **more):
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Save"),
        "blocks": list(blocks),
        **more,
    }


def opens(view):
    def handle(ack, body, client, **_):
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    return handle


def newest(bench, user="U1"):
    return bench.space.dm(user)[-1]


def post(bench, user="U1", **more):
    return bench.client.chat_postMessage(channel=user, text="card", blocks=CARD, **more)


def test_a_command_is_answered_to_its_asker_alone(bench):
    bench.does["command"] = lambda ack, body, **_: ack(f"you said {body['text']}")
    answered = bench.srv.slash("U1", "advice 客户 & co", command="/kam")
    assert answered.acked
    assert [(entry.to, entry.kind, entry.text) for entry in answered.seen] == [
        ("U1", "ephemeral", "you said advice 客户 & co")
    ]
    body = bench.bodies("command")[0]
    assert (body["command"], body["user_id"], body["channel_id"]) == ("/kam", "U1", "D1")


def test_a_command_may_be_answered_to_all(bench):
    channel = bench.space.add_channel("deals", ["U1", "U2"])
    bench.does["command"] = lambda ack, **_: ack(text="all", response_type="in_channel")
    bench.srv.slash("U1", "x", channel=channel.id)
    assert [entry.to for entry in bench.space.seen() if entry.channel == channel.id] == ["U1", "U2"]


def test_a_late_acknowledgement_is_a_timeout_for_the_person(bench):
    bench.does["command"] = lambda ack, **_: (time.sleep(0.7), ack("late"))
    answered = bench.srv.slash("U1", "x")
    assert not answered.acked
    assert 0.45 < answered.seconds < 0.7
    assert [entry.text for entry in answered.seen] == ['/kam failed with the error "operation_timeout"']
    bench.space.wait_for(lambda: False, 0.3)
    assert newest(bench).text != "late"


def test_an_answer_slack_would_not_show_is_not_shown(bench):
    bench.does["command"] = lambda ack, **_: ack(text="x", blocks=[{"type": "header", "text": plain("x" * 151)}])
    answered = bench.srv.slash("U1", "x")
    assert [entry.kind for entry in answered.seen] == ["error"]
    assert [(refusal.where, refusal.error) for refusal in bench.space.refusals] == [("ack", "invalid_blocks")]


def test_a_click_carries_the_message_and_its_metadata(bench):
    sent = post(bench, metadata={"event_type": "nudge", "event_payload": {"id": "n1"}})
    assert bench.srv.click("U1", sent["channel"], sent["ts"], "go").acked
    body = bench.bodies("action")[0]
    assert body["type"] == "block_actions"
    assert body["container"] == {
        "type": "message",
        "message_ts": sent["ts"],
        "channel_id": "D1",
        "is_ephemeral": False,
    }
    assert body["message"]["metadata"]["event_payload"] == {"id": "n1"}
    assert body["message"]["blocks"][0]["block_id"] == "row"
    action = body["actions"][0]
    assert (action["type"], action["action_id"], action["block_id"], action["value"]) == ("button", "go", "row", "42")


def test_choices_arrive_as_selected_options(bench):
    sent = post(bench)
    place = ("U1", sent["channel"], sent["ts"])
    bench.srv.click(*place, "more", "why")
    bench.srv.click(*place, by_label="Old")
    first, second = (body["actions"][0] for body in bench.bodies("action"))
    assert (first["type"], first["selected_option"]["value"]) == ("overflow", "why")
    assert (second["type"], second["selected_option"]["value"]) == ("static_select", "old")
    assert bench.bodies("action")[1]["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "old"


def test_nobody_clicks_what_is_not_there_or_not_theirs(bench):
    sent = post(bench)
    for user, action in (("U1", "stop"), ("U1", "more"), ("U2", "go")):
        with pytest.raises(NotPossibleError):
            bench.srv.click(user, sent["channel"], sent["ts"], action)
    assert bench.srv.click("U2", sent["channel"], sent["ts"], "go", force=True).acked


def test_a_click_on_an_ephemeral_message_brings_no_content_and_may_replace_it(bench):
    bench.does["command"] = lambda ack, **_: ack(text="choose", blocks=CARD)
    bench.does["action"] = lambda ack, respond, **_: (ack(), respond("chosen", replace_original=True))
    bench.srv.slash("U1", "x")
    ghost = newest(bench)
    assert bench.srv.click("U1", ghost.channel, ghost.ts, "go").acked
    body = bench.bodies("action")[0]
    assert body["container"]["is_ephemeral"]
    assert "message" not in body
    assert (newest(bench).ts, newest(bench).text, newest(bench).blocks) == (ghost.ts, "chosen", [])


def test_a_response_url_serves_five_times_within_half_an_hour(bench):
    urls = []
    bench.does["command"] = lambda ack, body, **_: (urls.append(body["response_url"]), ack())
    bench.srv.slash("U1", "x")
    bench.srv.slash("U1", "x")
    first, second = (WebhookClient(url) for url in urls)
    assert [first.send(text="more").status_code for _ in range(6)] == [200] * 5 + [404]
    assert second.send(text="too", blocks=[{"type": "header"}]).status_code == 400
    assert second.send(text="all", response_type="in_channel").status_code == 200
    assert newest(bench).ephemeral_to is None
    bench.clock.forward(minutes=31)
    late = second.send(text="late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)
    assert newest(bench).text == "all"


def test_an_original_may_be_deleted_through_its_response_url(bench):
    bench.does["command"] = lambda ack, **_: ack(text="choose", blocks=CARD)
    bench.does["action"] = lambda ack, respond, **_: (ack(), respond(delete_original=True))
    bench.srv.slash("U1", "x")
    ghost = newest(bench)
    bench.srv.click("U1", ghost.channel, ghost.ts, "go")
    assert ghost.deleted


def test_a_form_is_opened_filled_and_submitted(bench):
    bench.does["command"] = opens(form(field("name"), field("note", optional=True)))
    bench.srv.slash("U1", "x")
    view = bench.space.modal("U1")
    assert bench.srv.submit("U1", view.id, {"name": "Müller"}).acked
    values = bench.bodies("view")[0]["view"]["state"]["values"]
    assert values["b_name"]["name"] == {"type": "plain_text_input", "value": "Müller"}
    assert values["b_note"]["note"]["value"] is None
    assert bench.space.modal("U1") is None


def test_a_form_with_a_gap_is_not_sent_at_all(bench):
    bench.does["command"] = opens(form(field("name", max_length=5)))
    bench.srv.slash("U1", "x")
    view = bench.space.modal("U1")
    assert "b_name" in bench.srv.submit("U1", view.id).problems
    assert "b_name" in bench.srv.submit("U1", view.id, {"b_name": {"name": "too long"}}).problems
    assert bench.bodies("view") == []


def test_errors_of_a_form_are_shown_at_their_fields(bench):
    bench.does["command"] = opens(form(field("name")))
    bench.does["view"] = lambda ack, **_: ack(response_action="errors", errors={"b_name": "Which one?"})
    bench.srv.slash("U1", "x")
    view = bench.space.modal("U1")
    answered = bench.srv.submit("U1", view.id, {"name": "M"})
    assert [entry.text for entry in answered.seen] == ["Which one?"]
    assert bench.space.modal("U1").errors == {"b_name": "Which one?"}


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {**form(), "title": plain("x" * 25)}},
    ],
    ids=["unknown block", "view past a limit"],
)
def test_a_form_answered_wrongly_stays_open_with_trouble(bench, answer):
    bench.does["command"] = opens(form(field("name")))
    bench.does["view"] = lambda ack, **_: ack(**answer)
    bench.srv.slash("U1", "x")
    view = bench.space.modal("U1")
    answered = bench.srv.submit("U1", view.id, {"name": "M"})
    assert "trouble" in answered.seen[-1].text
    assert bench.space.modal("U1").id == view.id
    assert [refusal.where for refusal in bench.space.refusals] == ["ack"]


def test_forms_are_updated_pushed_and_cleared_on_submit(bench):
    bench.does["command"] = opens(form(field("name")))
    steps = iter(
        [
            {"response_action": "update", "view": form(field("again"))},
            {"response_action": "push", "view": form(field("on_top"))},
            {"response_action": "clear"},
        ]
    )
    bench.does["view"] = lambda ack, **_: ack(**next(steps))
    bench.srv.slash("U1", "x")
    first = bench.space.modal("U1")
    bench.srv.submit("U1", first.id, {"name": "M"})
    assert bench.space.modal("U1").blocks[0]["block_id"] == "b_again"
    bench.srv.submit("U1", first.id, {"again": "M"})
    top = bench.space.modal("U1")
    assert top.previous_id == first.id
    bench.srv.submit("U1", top.id, {"on_top": "M"})
    assert bench.space.modal("U1") is None


def test_what_was_typed_stays_when_a_view_is_updated_under_it(bench):
    def swap(ack, body, client, **_):
        client.views_update(view_id=body["view"]["id"], view=form({"type": "actions", "elements": [GO]}, field("name")))
        ack()

    bench.does["command"] = opens(form({"type": "actions", "elements": [GO]}, field("name")))
    bench.does["action"] = swap
    bench.srv.slash("U1", "x")
    view = bench.space.modal("U1")
    bench.srv.fill("U1", view.id, {"name": "typed"})
    bench.srv.click_view("U1", view.id, "go")
    assert bench.bodies("action")[0]["container"] == {"type": "view", "view_id": view.id}
    assert bench.srv.submit("U1", view.id).acked
    assert bench.bodies("view")[0]["view"]["state"]["values"]["b_name"]["name"]["value"] == "typed"


def test_a_closed_form_is_told_only_when_the_app_asked(bench):
    bench.does["command"] = opens(form(field("name"), notify_on_close=True))
    bench.srv.slash("U1", "x")
    assert bench.srv.close_view("U1", bench.space.modal("U1").id).acked
    assert bench.bodies("closed")[0]["is_cleared"] is False
    bench.does["command"] = opens(form(field("name")))
    bench.srv.slash("U1", "x")
    assert bench.srv.close_view("U1", bench.space.modal("U1").id) is None


def test_an_external_select_asks_the_app_for_options(bench):
    choice = {"type": "external_select", "action_id": "account"}
    block = {"type": "input", "block_id": "b_account", "label": plain("Account"), "element": choice}
    offered = [{"text": plain("Müller"), "value": "m"}]
    bench.does["command"] = opens(form(block))
    bench.does["options"] = lambda ack, **_: ack(options=offered)
    bench.srv.slash("U1", "x")
    view = bench.space.modal("U1")
    assert bench.srv.suggest("U1", view.id, "account", "Mül").body == {"options": offered}
    assert bench.srv.submit("U1", view.id, {"account": offered[0]}).acked
    chosen = bench.bodies("view")[0]["view"]["state"]["values"]["b_account"]["account"]
    assert chosen["selected_option"]["value"] == "m"


def test_shortcuts_reach_the_app(bench):
    sent = post(bench)
    assert bench.srv.shortcut("U1", "add_account").acked
    assert bench.srv.message_shortcut("U1", "save_it", sent["channel"], sent["ts"]).acked
    first, second = bench.bodies("shortcut")
    assert (first["type"], "response_url" in first) == ("shortcut", False)
    assert (second["type"], second["message"]["ts"]) == ("message_action", sent["ts"])


def test_a_message_to_the_app_arrives_escaped(bench):
    told = bench.srv.message("U1", "a < b & <!channel>")
    assert told.acked
    event = bench.bodies("message")[0]["event"]
    assert event["text"] == "a &lt; b &amp; &lt;!channel&gt;"
    assert (event["channel_type"], event["user"], event["ts"]) == ("im", "U1", newest(bench).ts)


def test_a_message_where_the_app_is_not_is_not_told(bench):
    channel = bench.space.add_channel("deals", ["U1", "U2"])
    assert not bench.srv.message("U1", "hello", channel=channel.id).acked
    assert bench.heard == []


def test_the_home_tab_can_be_clicked_and_updated(bench):
    def swap(ack, body, client, **_):
        client.views_update(view_id=body["view"]["id"], view={"type": "home", "blocks": []})
        ack()

    bench.client.views_publish(user_id="U1", view={"type": "home", "blocks": CARD})
    bench.does["action"] = swap
    home = bench.space.home("U1")
    assert bench.srv.click_view("U1", home.id, by_label="Go").acked
    assert "response_url" not in bench.bodies("action")[0]
    assert bench.space.home("U1").blocks == []


def test_home_and_member_changes_are_told(bench):
    bench.srv.open_home("U1")
    assert bench.bodies("home")[0]["event"]["tab"] == "home"
    bench.srv.change_member("U2", tz="Europe/Paris")
    assert bench.bodies("user_change")[0]["event"]["user"]["tz"] == "Europe/Paris"


def test_an_event_that_fails_is_tried_three_times_more(bench):
    def fail(**_):
        raise RuntimeError("not now")

    bench.does["message"] = fail
    told = bench.srv.message("U1", "hello")
    assert not told.acked
    assert bench.space.wait_for(lambda: told.done, 5)
    assert told.attempts == 4
    numbers = [headers.get("x-slack-retry-num") for _, _, headers in bench.heard]
    assert [number and str(number[0]) for number in numbers] in ([None, "1", "2", "3"], ["0", "1", "2", "3"])
    assert len({body["event_id"] for body in bench.bodies("message")}) == 1


def test_an_event_is_told_again_until_it_is_acknowledged(bench):
    tries = []

    def second_time(**_):
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not now")

    bench.does["message"] = second_time
    told = bench.srv.message("U1", "hello")
    assert bench.space.wait_for(lambda: told.done, 5)
    assert (told.acked, told.attempts) == (True, 2)


def test_a_command_that_fails_is_not_tried_again(bench):
    def fail(**_):
        raise RuntimeError("not now")

    bench.does["command"] = fail
    failed = bench.srv.slash("U1", "x")
    assert (failed.acked, failed.attempts, failed.done) == (False, 1, True)


def test_the_same_envelope_can_arrive_twice(bench):
    bench.does["command"] = lambda ack, **_: ack("hello")
    first = bench.srv.slash("U1", "x")
    again = bench.srv.redeliver(first)
    assert again.acked
    assert len({body["trigger_id"] for body in bench.bodies("command")}) == 1
    assert len(bench.bodies("command")) == 2


@pytest.mark.parametrize("_shared", ["http"], indirect=True)
def test_a_wrong_signature_is_refused_by_the_app(bench):
    transport = bench.srv.courier.transport
    assert isinstance(transport, SignedHttp)
    right, transport.secret = transport.secret, "another"
    failed = bench.srv.slash("U1", "x")
    transport.secret = right
    assert (failed.acked, failed.error) == (False, "dispatch_failed")
    assert bench.srv.slash("U1", "x").acked
