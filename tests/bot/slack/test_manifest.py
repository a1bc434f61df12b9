"""The manifest: within Slack's schema, fresh on disk, and true to the code."""

import ast
import json
import re
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot import errors
from bot.slack import manifest

ROOT = Path(__file__).parents[3]
CODE = sorted((ROOT / "bot" / "slack").rglob("*.py"))
NO_SCOPE = re.compile(r"views_(open|push|update|publish)|auth_(test|revoke)|blocks_validate|api_(call|test)")
CALL = re.compile(r"(auth|blocks|bots|chat|conversations|dnd|files|pins|reactions|team|usergroups|users|views)_\w+")
BOTH = pytest.mark.parametrize("mode", ["socket", "http"])


def methods_used():
    """The SDK's methods that bot.slack names anywhere."""
    trees = [ast.parse(path.read_text("utf-8")) for path in CODE]
    names = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {name for name in names if CALL.fullmatch(name) and hasattr(WebClient, name)}


def urls(value):
    if isinstance(value, dict):
        return [found for item in value.values() for found in urls(item)]
    if isinstance(value, list):
        return [found for item in value for found in urls(item)]
    return [value] if isinstance(value, str) and value.startswith("http") else []


def test_every_call_that_needs_a_scope_has_it_and_every_scope_is_needed():
    needed = {name for name in methods_used() if not NO_SCOPE.fullmatch(name)}
    assert needed == {name for scope in manifest.SCOPES for name in scope.methods}
    idle = [scope.name for scope in manifest.SCOPES if not (scope.methods or scope.events)]
    assert idle == ["commands"]


def test_every_scope_says_why_and_stands_once():
    names = [scope.name for scope in manifest.SCOPES]
    assert len(set(names)) == len(names)
    assert all(len(scope.reason) > 15 for scope in manifest.SCOPES)


@BOTH
def test_the_manifest_keeps_to_slacks_schema(mode):
    found = manifest.manifest(mode)
    assert set(found) == {"display_information", "features", "oauth_config", "settings"}
    about = found["display_information"]
    assert set(about) == {"name", "description", "long_description", "background_color"}
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert len(about["description"].split()) <= 10
    assert 175 <= len(about["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])
    assert len(found["features"]["bot_user"]["display_name"]) <= 80
    assert found["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert len(found["oauth_config"]["scopes"]["bot"]) <= 255
    assert len(found["settings"]["event_subscriptions"]["bot_events"]) <= 100


@BOTH
def test_commands_and_shortcuts_keep_to_slacks_schema(mode):
    features = manifest.manifest(mode)["features"]
    for command in features["slash_commands"]:
        assert set(command) - {"url"} == {"command", "description", "usage_hint", "should_escape"}
        assert re.fullmatch(r"/\S{1,31}", command["command"])
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    shortcuts = features.get("shortcuts", [])
    assert len(shortcuts) <= 10
    for shortcut in shortcuts:
        assert set(shortcut) == {"name", "type", "callback_id", "description"}
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_socket_mode_names_no_address():
    found = manifest.manifest("socket")
    assert (found["settings"]["socket_mode_enabled"], urls(found)) == (True, [])


def test_http_names_one_address_wherever_slack_calls():
    found = manifest.manifest("http", "https://kam.firm.example/")
    assert found["settings"]["socket_mode_enabled"] is False
    assert urls(found) == ["https://kam.firm.example/slack/events"] * 3
    assert found["settings"]["interactivity"]["request_url"] == urls(found)[0]


def test_both_modes_ask_for_the_same():
    socket, http = manifest.manifest("socket"), manifest.manifest("http")
    assert socket["oauth_config"] == http["oauth_config"]
    assert (
        socket["settings"]["event_subscriptions"]["bot_events"] == http["settings"]["event_subscriptions"]["bot_events"]
    )


def test_many_workspaces_install_renew_and_leave():
    found = manifest.manifest("http", "https://kam.firm.example/", many=True)
    assert found["oauth_config"]["redirect_urls"] == ["https://kam.firm.example/slack/oauth_redirect"]
    assert found["settings"]["token_rotation_enabled"] is found["settings"]["org_deploy_enabled"] is True
    heard = found["settings"]["event_subscriptions"]["bot_events"]
    assert {"app_uninstalled", "tokens_revoked"} <= set(heard) == set(manifest.events()) | set(manifest.LEAVING)
    one = manifest.manifest("http", "https://kam.firm.example/")
    assert found["oauth_config"]["scopes"] == one["oauth_config"]["scopes"]
    with pytest.raises(errors.BadInput, match="over HTTP only"):
        manifest.manifest(many=True)


@pytest.mark.parametrize("url", ["http://kam.example", "kam.example", "https://"])
def test_an_address_that_slack_would_not_call_is_refused(url):
    with pytest.raises(errors.BadInput, match="https only"):
        manifest.manifest("http", url)


def test_the_files_at_the_root_are_fresh():
    assert manifest.stale(ROOT) == []


def test_writing_makes_them_fresh_and_a_change_makes_them_stale(tmp_path):
    assert len(manifest.stale(tmp_path)) == 2
    written = manifest.write(tmp_path)
    assert manifest.stale(tmp_path) == []
    assert json.loads(written[0].read_text("utf-8"))["settings"]["socket_mode_enabled"] is True
    written[1].write_text("{}", "utf-8")
    assert manifest.stale(tmp_path) == [written[1]]
