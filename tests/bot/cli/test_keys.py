"""`kam keys`: a key to be put into the settings, and passing on to it."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from typer.testing import CliRunner, Result

from bot import wiring
from bot.__main__ import services
from bot.cli.app import app
from bot.settings import Settings
from storage import installations, keyring
from storage.installations import Installation
from storage.keyring import Keyring
from tests.bot.cli.test_cli import Kam, kam

__all__ = ["kam"]  # fixtures

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_key_is_named_by_its_day_or_as_told(kam: Kam) -> None:
    made = kam("keys", "new").out.strip()
    name, _, body = made.partition(":")
    assert len(base64.b64decode(body)) == 32
    assert name[0] == "k"
    assert name[1:].isdecimal()
    assert kam("keys", "new", "--id", "spring").out.startswith("spring:")
    assert kam("keys", "new").out.strip() != made
    told = kam("keys", "new", "--id", "spring", "--json").json
    assert told["id"] == "spring"
    assert Keyring.read(told["key"]).first == "spring"


def test_a_name_that_would_break_the_setting_is_refused(kam: Kam) -> None:
    ran = kam("keys", "new", "--id", "a:b", "--json")
    assert (ran.code, ran.error["code"]) == (2, "bad_input")


def test_rotating_without_a_key_says_how_to_make_one(kam: Kam) -> None:
    ran = kam("keys", "rotate", "--json")
    assert ran.code == 2
    assert "kam keys new" in ran.error["repair"]


def test_rotating_encrypts_everything_with_the_first_key_and_twice_changes_nothing(tmp_path: Path) -> None:
    old, new = keyring.new("old"), keyring.new("new")
    with_installation(tmp_path, old)
    both = f"{new},{old}"
    assert json.loads(rotate(tmp_path, both, "--json").stdout) == {"key": "new", "changed": 1, "installations": 1}
    assert rotate(tmp_path, both).stdout.startswith("0 of 1 installations")
    alone = rotate(tmp_path, old, "--json")
    assert (alone.exit_code, json.loads(alone.stdout)["error"]["code"]) == (2, "key_missing")
    assert "xoxb" not in alone.output


def rotate(folder: Path, keys: str, *more: str) -> Result:
    built = services(Settings(data_dir=folder, encryption_keys=SecretStr(keys)))
    done = CliRunner().invoke(app, ["keys", "rotate", *more], obj=built, catch_exceptions=False)
    built.database().close()
    return done


def with_installation(folder: Path, key: str) -> None:
    """An installation of T9 under this key."""
    database = wiring.database(Settings(data_dir=folder))
    made = Installation("T9", None, False, "B1", "U0BOT", "xoxb-secret", NOW, refresh_token="xoxe-secret")
    with database.write() as session:
        installations.save(session, Keyring.read(key), made)
    database.close()
