import json
import re
from pathlib import Path

from bot.content import schema
from bot.core.playbook import Play
from bot.core.raising import NudgeSpec

ROOT = Path(__file__).parents[3]


def test_the_schema_in_the_playbooks_is_fresh() -> None:
    shipped = (ROOT / "playbooks/schema.json").read_text(encoding="utf-8")
    assert shipped == schema.text(), "write it anew: python -m bot.content.schema"


def test_the_schema_knows_every_key_of_a_play_but_its_playbook() -> None:
    properties = set(json.loads(schema.text())["properties"])
    assert properties == {name for name in Play.model_fields if name != "playbook"}


def test_a_time_of_day_needs_no_seconds_in_an_editor() -> None:
    pattern = json.loads(schema.text())["$defs"]["WeekdayAt"]["properties"]["at"]["pattern"]
    assert re.match(pattern, "10:00")
    assert not re.match(pattern, "24:00")


def test_it_is_written_as_it_reads(tmp_path: Path) -> None:
    schema.write(tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == schema.text() == schema.text()


def test_the_keys_of_a_place_depend_on_its_type() -> None:
    tags = [(("nudge", "due"), "weekday")]
    assert schema.keys_at(Play, ("nudge", "due"), tags) == ("type", "day", "at", "first_of_month")
    assert schema.keys_at(Play, ("nudge", "due")) == ()
    assert schema.keys_at(Play, ("dialogue", "steps", 0, "replies", 1, "label")) == ("en", "zh")
    assert schema.keys_at(NudgeSpec, ()) == ("cue", "due", "until")
    assert "not" in schema.keys_at(Play, ("wordings", "zh", 2))
