"""The Web API through slack_sdk's own client: what each method answers and refuses."""

from datetime import UTC, datetime
from functools import partial

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.practice.server import Server
from bot.practice.workspace import Member, Workspace

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "words"}}
NUDGE = {"event_type": "nudge", "event_payload": {"id": "n1"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "A form"}, "blocks": [SECTION]}
HOME = {"type": "home", "blocks": [SECTION]}


def refusal(work, *args, **fields):
    with pytest.raises(SlackApiError) as caught:
        work(*args, **fields)
    return caught.value.response


def word(work, *args, **fields):
    return refusal(work, *args, **fields)["error"]


def test_a_call_needs_the_right_token(alone):
    base = alone.srv.api_url
    assert word(WebClient(base_url=base).auth_test) == "not_authed"
    assert word(WebClient("xoxb-other", base_url=base).auth_test) == "invalid_auth"
    assert word(WebClient(alone.srv.app_token, base_url=base).auth_test) == "not_allowed_token_type"
    assert word(alone.client.apps_connections_open, app_token=alone.srv.bot_token) == "not_allowed_token_type"
    assert word(alone.client.api_call, "chat.sing") == "unknown_method"
    assert alone.client.auth_test()["user_id"] == alone.space.bot_user
    alone.client.auth_revoke()
    assert word(alone.client.auth_test) == "token_revoked"


def test_a_scope_that_was_not_granted_is_named(alone):
    alone.space.scopes = frozenset({"chat:write"})
    answer = refusal(alone.client.users_info, user="U1")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")


def test_people_are_told_with_zone_and_on_request_locale(alone):
    lee = alone.client.users_info(user="U1")["user"]
    assert (lee["tz"], lee["tz_offset"], "locale" in lee) == ("Asia/Shanghai", 28800, False)
    assert alone.client.users_info(user="U1", include_locale=True)["user"]["locale"] == "zh-CN"
    assert "tz" not in alone.client.users_info(user="U3")["user"]
    assert word(alone.client.users_info, user="U9") == "user_not_found"
    names = [member["id"] for member in alone.client.users_list(limit=2)["members"]]
    assert names == sorted(names)
    assert len(names) == 2


def test_do_not_disturb_is_told_as_its_next_span(alone):
    quiet = alone.client.dnd_info(user="U1")
    assert quiet["dnd_enabled"] is True
    assert quiet["next_dnd_start_ts"] == int(alone.clock.at.timestamp()) + 13 * 3600
    assert alone.client.dnd_info(user="U2")["dnd_enabled"] is False


def test_a_post_to_a_person_opens_their_conversation_with_the_app(alone):
    answer = alone.client.chat_postMessage(channel="U1", text="hello", metadata=NUDGE)
    assert answer["channel"] == "D1"
    assert [entry.text for entry in alone.space.seen("U1")] == ["hello"]
    assert alone.client.conversations_open(users="U1")["channel"]["id"] == "D1"
    assert alone.client.conversations_info(channel="D1")["channel"]["user"] == "U1"


def test_times_of_messages_follow_the_clock_and_are_unique(alone):
    stamps = [alone.client.chat_postMessage(channel="U1", text="x")["ts"] for _ in range(3)]
    assert stamps == ["1780275600.000100", "1780275600.000200", "1780275600.000300"]


def test_group_conversations_are_found_again(alone):
    first = alone.client.conversations_open(users="U1,U2")["channel"]["id"]
    assert alone.client.conversations_open(users="U2,U1")["channel"]["id"] == first
    alone.client.chat_postMessage(channel=first, text="both")
    assert [entry.to for entry in alone.space.seen()] == ["U1", "U2"]


def test_posting_is_refused_as_slack_refuses(alone):
    post = alone.client.chat_postMessage
    outside = alone.space.add_channel("general", ["U1"])
    secret = alone.space.add_channel("secret", ["U1"], private=True)
    assert word(post, channel="U9", text="x") == "channel_not_found"
    assert word(post, channel=outside.id, text="x") == "not_in_channel"
    assert word(post, channel=secret.id, text="x") == "channel_not_found"
    assert word(alone.client.api_call, "chat.postMessage", json={"channel": "U1", "text": " "}) == "no_text"
    assert word(post, channel="U1", text="x" * 40_001) == "msg_too_long"
    assert word(post, channel="U1", text="x", metadata={"event_type": "a", "event_payload": {"x": "y" * 9000}}) == (
        "metadata_too_large"
    )
    assert word(post, channel="U1", text="x", thread_ts="1.000100") == "thread_not_found"
    assert word(alone.client.conversations_open, users="U3") == "user_disabled"
    assert alone.space.seen() == []


def test_a_post_to_a_deactivated_person_succeeds_and_nobody_sees_it(alone):
    assert alone.client.chat_postMessage(channel="U3", text="hello")["ok"]
    assert alone.space.seen("U3") == []


def test_blocks_past_a_limit_are_refused_with_the_place(alone):
    answer = refusal(alone.client.chat_postMessage, channel="U1", text="x", blocks=[SECTION] * 51)
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert answer["response_metadata"]["messages"][0].startswith("[ERROR]")
    assert alone.space.refusals[0].findings[0]["code"] == "too_many"


def test_an_update_changes_the_message_in_its_place(alone):
    sent = alone.client.chat_postMessage(channel="U1", text="x", blocks=[SECTION], metadata=NUDGE)
    change = alone.client.chat_update
    assert word(change, channel="U1", ts=sent["ts"], text="y") == "channel_not_found"
    assert word(change, channel="D1", ts="1.000100", text="y") == "message_not_found"
    assert word(change, channel="D1", ts=sent["ts"], text="y" * 4001) == "msg_too_long"
    change(channel="D1", ts=sent["ts"], text="y")
    message = alone.space.dm("U1")[0]
    assert (message.text, message.blocks, message.metadata) == ("y", [], NUDGE)
    assert [entry.kind for entry in alone.space.seen("U1")] == ["post", "update"]


def test_only_own_and_lasting_messages_can_be_changed(alone):
    theirs = alone.srv.hands.message("U1", "hi", None, None).payload["event"]["ts"]
    assert word(alone.client.chat_update, channel="D1", ts=theirs, text="y") == "cant_update_message"
    assert word(alone.client.chat_delete, channel="D1", ts=theirs) == "cant_delete_message"
    ghost = alone.client.chat_postEphemeral(channel="D1", user="U1", text="psst")["message_ts"]
    assert word(alone.client.chat_update, channel="D1", ts=ghost, text="y") == "message_not_found"
    assert word(alone.client.chat_postEphemeral, channel="D1", user="U2", text="psst") == "user_not_in_channel"
    mine = alone.client.chat_postMessage(channel="D1", text="mine")["ts"]
    alone.client.chat_delete(channel="D1", ts=mine)
    assert [entry.kind for entry in alone.space.seen("U1")] == ["ephemeral", "post", "delete"]


def test_history_shows_metadata_only_when_asked(alone):
    alone.client.chat_postMessage(channel="U1", text="x", metadata=NUDGE)
    alone.client.chat_postEphemeral(channel="D1", user="U1", text="hidden")
    bare = alone.client.conversations_history(channel="D1")["messages"]
    assert [message["metadata"] for message in bare] == [{"event_type": "nudge"}]
    full = alone.client.conversations_history(channel="D1", include_all_metadata=True)["messages"]
    assert full[0]["metadata"] == NUDGE


def test_history_is_newest_first_in_pages_and_between_times(alone):
    for number in range(5):
        alone.client.chat_postMessage(channel="U1", text=str(number))
        alone.clock.forward(minutes=1)
    history = alone.client.conversations_history
    page = history(channel="D1", limit=2)
    assert [message["text"] for message in page["messages"]] == ["4", "3"]
    rest = history(channel="D1", limit=9, cursor=page["response_metadata"]["next_cursor"])
    assert [message["text"] for message in rest["messages"]] == ["2", "1", "0"]
    third = alone.space.dm("U1")[2].ts
    assert len(history(channel="D1", oldest=third)["messages"]) == 2
    assert len(history(channel="D1", oldest=third, inclusive=True)["messages"]) == 3
    assert len(history(channel="D1", latest=third)["messages"]) == 2


def test_rates_are_kept_on_request_on_the_workspaces_clock(alone):
    alone.space.enforce_rates = True
    alone.client.chat_postMessage(channel="U1", text="1")
    answer = refusal(alone.client.chat_postMessage, channel="U1", text="2")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert alone.client.chat_postMessage(channel="U2", text="1")["ok"]
    alone.clock.forward(seconds=1)
    assert alone.client.chat_postMessage(channel="U1", text="2")["ok"]


def test_a_trigger_opens_one_view_and_soon(alone):
    ticks = [0.0]
    alone.space.monotonic = lambda: ticks[0]
    trigger, late = alone.space.new_trigger("U1"), alone.space.new_trigger("U1")
    view = alone.client.views_open(trigger_id=trigger, view=MODAL)["view"]
    assert alone.space.modal("U1").id == view["id"]
    assert word(alone.client.views_open, trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"
    assert word(alone.client.views_open, trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"
    ticks[0] = 3.1
    assert word(alone.client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"


def test_views_are_updated_only_on_their_newest_hash_and_while_open(alone):
    view = alone.client.views_open(trigger_id=alone.space.new_trigger("U1"), view=MODAL)["view"]
    changed = {**MODAL, "title": {"type": "plain_text", "text": "B form"}}
    alone.client.views_update(view_id=view["id"], view=changed, hash=view["hash"])
    assert word(alone.client.views_update, view_id=view["id"], view=MODAL, hash=view["hash"]) == "hash_conflict"
    assert alone.space.modal("U1").body["title"]["text"] == "B form"
    alone.srv.close_view("U1", view["id"])
    assert word(alone.client.views_update, view_id=view["id"], view=MODAL) == "not_found"


def test_at_most_three_views_stand_on_each_other(alone):
    view = alone.client.views_open(trigger_id=alone.space.new_trigger("U1"), view=MODAL)["view"]
    push = alone.client.views_push
    assert word(push, trigger_id=alone.space.new_trigger("U1"), view=MODAL) == "not_found"
    for _ in range(2):
        view = push(trigger_id=alone.space.new_trigger("U1", view["id"]), view=MODAL)["view"]
    assert word(push, trigger_id=alone.space.new_trigger("U1", view["id"]), view=MODAL) == "push_limit_reached"


def test_a_form_without_submit_is_refused(alone):
    field = {
        "type": "input",
        "label": {"type": "plain_text", "text": "Name"},
        "element": {"type": "plain_text_input", "action_id": "n"},
    }
    trigger = alone.space.new_trigger("U1")
    answer = refusal(alone.client.views_open, trigger_id=trigger, view={**MODAL, "blocks": [field]})
    assert answer["error"] == "invalid_arguments"
    assert "/view/submit" in answer["response_metadata"]["messages"][0]
    large = {**MODAL, "blocks": [{**SECTION, "text": {"type": "mrkdwn", "text": "好" * 3000}}] * 30}
    assert word(alone.client.views_open, trigger_id=trigger, view=large) == "view_too_large"


def test_home_is_published_per_person(alone):
    first = alone.client.views_publish(user_id="U1", view=HOME)["view"]
    alone.client.views_publish(user_id="U1", view=HOME, hash=first["hash"])
    assert word(alone.client.views_publish, user_id="U1", view=HOME, hash=first["hash"]) == "hash_conflict"
    assert word(alone.client.views_publish, user_id="U1", view=MODAL) == "invalid_arguments"
    assert alone.space.home("U1").id == first["id"]
    assert alone.space.home("U2") is None


def test_blocks_validate_is_open_to_all_and_says_what_is_wrong(alone):
    anybody = WebClient(base_url=alone.srv.api_url)
    assert anybody.blocks_validate(blocks=[SECTION])["ok"]
    assert anybody.blocks_validate(view=MODAL)["ok"]
    answer = refusal(anybody.blocks_validate, blocks=[{"type": "header"}])
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][0]["code"] == "missing_field"


def test_a_picture_is_uploaded_in_three_steps(alone):
    answer = alone.client.files_upload_v2(
        channel="D1" if alone.space.dm_channel("U1") else "", filename="week.png", content=b"\x89PNG", title="Week"
    )
    assert answer["ok"]
    assert alone.space.seen("U1")[0].text == "[file: Week]"
    assert next(iter(alone.space.files.values()))["content"] == b"\x89PNG"
    bad = [{"id": "F404", "title": "x"}]
    assert word(alone.client.files_completeUploadExternal, files=bad) == "file_not_found"


def test_the_log_tells_every_call_and_every_stored_message(alone):
    alone.client.chat_postMessage(channel="U1", text="x", metadata=NUDGE)
    assert [line["message"]["metadata"] for line in alone.space.stored()] == [NUDGE]
    assert [line["ok"] for line in alone.space.calls("chat.postMessage")] == [True]


def test_the_log_goes_to_a_file_when_asked(tmp_path):
    space = Workspace(lambda: datetime.now(UTC), [Member("U1", "Ann")], log_path=tmp_path / "log.jsonl")
    with Server(space) as srv:
        WebClient(srv.bot_token, base_url=srv.api_url).chat_postMessage(channel="U1", text="x")
    assert '"kind": "stored"' in (tmp_path / "log.jsonl").read_text(encoding="utf-8")


def test_a_thread_is_read_by_its_first_message(alone):
    first = alone.client.chat_postMessage(channel="U1", text="first")["ts"]
    alone.client.chat_postMessage(channel="U1", text="reply", thread_ts=first)
    thread = alone.client.conversations_replies(channel="D1", ts=first)["messages"]
    assert sorted(message["text"] for message in thread) == ["first", "reply"]
    assert [held["text"] for held in alone.client.conversations_history(channel="D1")["messages"]] == ["first"]


def test_the_workspace_and_the_bot_are_told(alone):
    assert alone.client.team_info()["team"]["id"] == "T0PRACTICE"
    assert alone.client.bots_info(bot="B0PRACTICE")["bot"]["app_id"] == "A0PRACTICE"
    assert word(alone.client.bots_info, bot="B9") == "bot_not_found"


def test_metadata_stays_over_an_update_until_it_is_cleared(alone):
    sent = alone.client.chat_postMessage(channel="U1", text="x", metadata=NUDGE)
    alone.client.chat_update(channel="D1", ts=sent["ts"], text="y")
    assert alone.space.dm("U1")[0].metadata == NUDGE
    alone.client.api_call("chat.update", json={"channel": "D1", "ts": sent["ts"], "text": "z", "metadata": {}})
    assert alone.space.dm("U1")[0].metadata is None


def test_a_picture_told_in_too_many_words_and_a_file_of_nothing_are_refused(alone):
    ask = partial(word, alone.client.files_getUploadURLExternal, filename="week.png")
    assert ask(length=4, alt_txt="x" * 1001) == "alt_txt_too_large"
    assert ask(length=0) == "missing_argument"
    held = alone.client.files_getUploadURLExternal(filename="week.png", length=4, alt_txt="x" * 1000)
    assert alone.space.files[held["file_id"]]["alt_txt"] == "x" * 1000
