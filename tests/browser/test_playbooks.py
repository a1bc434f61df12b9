"""A manager tries a changed play: what is saved is in use at once, and what is broken is named."""

import re
import shutil
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.clock import TestClock
from bot.practice.hooks import Hooks
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.preview import Preview
from bot.settings import ROOT
from bot.stage import SAMPLE, START
from tests.browser.conftest import NOON, PEOPLE

SAMPLE_TREE = ROOT / "tests" / "bot" / "content" / "sample"

QUESTION = "/kam advice the shipment will be two weeks late and they don't know yet"
FILE = "own-the-problem/bad-news-first.yaml"
NEW = (
    "See them today, with a plan on one page.",
    "See them at breakfast, one page in hand.",
    "See them before work starts, plan in hand.",
)


@pytest.fixture
def folder():
    """A copy of the playbooks; its path is short, for it is in the picture."""
    with tempfile.TemporaryDirectory(prefix="kam-") as held:
        yield shutil.copytree(ROOT / "playbooks", Path(held) / "playbooks")


def change(folder, work):
    file = folder / FILE
    file.write_text(work(file.read_text("utf-8")), "utf-8")


def reworded(text):
    """The same play with other English actions."""
    new = iter(NEW)
    return re.sub(r'(?<=- do: )"[^"]*"', lambda found: f'"{next(new)}"' if found[0].isascii() else found[0], text)


def test_a_managers_changed_play(new_stage, folder, open_window, picture):
    stage = new_stage(playbooks=folder)
    manager = open_window(stage.server.url, "U0MEILIN")
    manager.page.click("#open-panel")
    expect(manager.panel.locator(".state")).to_have_class(re.compile("good"))

    change(folder, reworded)
    expect(manager.panel.locator(".change")).to_contain_text(NEW[0])
    manager.panel.get_by_role("button", name="Try it").click()
    expect(manager.page.locator("#say")).to_be_focused()
    manager.types(QUESTION)
    expect(manager.last).to_contain_text(re.compile("|".join(NEW)))

    change(folder, lambda text: text.replace("status: stable", "status: stabel"))
    expect(manager.panel.locator(".state")).to_have_class(re.compile("bad"))
    finding = manager.panel.locator(".findings")
    expect(finding).to_contain_text("bad-news-first.yaml")
    expect(finding).to_contain_text("line 2")
    expect(finding.locator(".repair").first).not_to_be_empty()
    picture(manager, "changed-play")
    manager.types(QUESTION)
    expect(manager.last).to_contain_text(re.compile("|".join(NEW)))  # the last good version stays in use

    change(folder, lambda text: text.replace("status: stabel", "status: stable"))
    expect(manager.panel.locator(".state")).to_have_class(re.compile("good"))


def test_what_would_change_is_shown_before_and_after(open_window):
    told = {
        "kind": "reword",
        "title": "Nordhaus: A title",
        "who": "Anna, Tue 3 Mar",
        "before": "Old words.",
        "after": "新的话。",
    }
    wishes = []

    def effect(wish):
        wishes.append(wish)
        return {"counts": {"reword": 1, "appear": 0}, "cards": [told]} if wish["head"] else {"error": "No such folder."}

    in_use = {"folder": "playbooks", "plays": 3, "version": "abc", "reading": False, "findings": [], "changes": []}
    page = Hooks(playbooks=lambda: in_use, effect=effect)
    with Server(Workspace(TestClock(NOON, 0).now, PEOPLE), page=page) as server:
        window = open_window(server.url, "U1")
        window.page.click("#open-panel")
        window.panel.get_by_role("button", name="Compare").click()
        expect(window.panel.locator("form.effect .error")).to_have_text("No such folder.")
        window.panel.get_by_label("After").fill("/tmp/other")
        window.page.keyboard.press("Enter")
        card = window.panel.locator(".effect .change")
        expect(card.locator(".before")).to_have_text("Old words.")
        expect(card.locator(".after")).to_have_text("新的话。")
        expect(card).to_contain_text("Anna, Tue 3 Mar")
        expect(window.panel.locator(".effect [role=status]")).to_have_text("new words: 1")
    assert [(wish["base"], wish["head"]) for wish in wishes] == [("HEAD", ""), ("HEAD", "/tmp/other")]


def test_a_preview_names_who_would_read_what(tmp_path):
    before = shutil.copytree(SAMPLE_TREE, tmp_path / "playbooks")
    after = shutil.copytree(SAMPLE_TREE, tmp_path / "after")
    changed = after / "credit-the-client" / "thank-the-receivers.yaml"
    changed.write_text(re.sub(r'- do: "', '- do: "Today: ', changed.read_text("utf-8")), "utf-8")
    preview = Preview(SAMPLE, START, before, tmp_path / "cache", lambda user: f"<{user}>")
    same = preview.of({"base": str(before), "head": ""})
    assert same["cards"] == []
    told = preview.of({"base": str(before), "head": str(after)})
    assert told["counts"]["reword"] > 0
    card = told["cards"][0]
    assert "Today: " in card["after"]
    assert card["before"] == card["after"].replace("Today: ", "")
    assert "<U0" in card["who"]
    assert "no-such-revision" in preview.of({"base": "no-such-revision"})["error"]
