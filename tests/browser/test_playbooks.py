"""A manager tries a changed play: what is saved is in use at once, and what is broken is named."""

import re
import shutil
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.settings import ROOT

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
