"""The JSON schemas of plays and scenes, made from the core's classes: completion in editors, the words of repairs."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import TimeSchema
from typing_extensions import override

from bot.content.document import Place
from bot.core.playbook import Play
from bot.core.scene import Scene

Node = Mapping[str, Any]


class _ForEditors(GenerateJsonSchema):
    """Times of day as people write them: JSON schema's own `time` wants seconds and a zone."""

    @override
    def time_schema(self, schema: TimeSchema) -> JsonSchemaValue:
        return {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}


def text() -> str:
    """The schema of `<play>.yaml`, the same text each time; `playbook` is not in it, for the folder's name says it."""
    whole = Play.model_json_schema(by_alias=True, schema_generator=_ForEditors)
    whole["properties"].pop("playbook")
    whole["required"].remove("playbook")
    whole["description"] = "One play: what to do, say and avoid in one situation. The folder says its playbook."
    return _written(whole)


def scene_text() -> str:
    """The schema of `<play>.scene.yaml`, the same text each time."""
    whole = Scene.model_json_schema(by_alias=True)
    whole["description"] = "A talk to rehearse the play that the file is named for: at most six turns on any path."
    return _written(whole)


def _written(whole: Node) -> str:
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}, indent=2) + "\n"


def write(path: Path) -> None:
    """Writes the schema of plays to a file. Raises OSError."""
    path.write_text(text(), encoding="utf-8")


def write_scene(path: Path) -> None:
    """Writes the schema of scenes to a file. Raises OSError."""
    path.write_text(scene_text(), encoding="utf-8")


@cache
def _schema(model: type[BaseModel]) -> Node:
    return model.model_json_schema(by_alias=True)


def keys_at(model: type[BaseModel], place: Place, tags: Iterable[tuple[Place, str]] = ()) -> tuple[str, ...]:
    """The keys that may stand at a place; `tags` name the chosen `type` where there are several kinds."""
    root, chosen = _schema(model), dict(tags)
    node = root
    for depth, part in enumerate(place):
        node = _plain(node, root, chosen.get(place[:depth]))
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
    return tuple(_plain(node, root, chosen.get(place)).get("properties", ()))


def _plain(node: Node, root: Node, tag: str | None) -> Node:
    """The node itself, behind references, the branch of the tag, and "or nothing"."""
    while "properties" not in node and "items" not in node:
        if "$ref" in node:
            node = root["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        elif "discriminator" in node:
            node = {"$ref": node["discriminator"]["mapping"].get(tag, "")} if tag else {}
            if not node.get("$ref"):
                return {}
        elif "anyOf" in node:
            node = next(branch for branch in node["anyOf"] if branch.get("type") != "null")
        else:
            return node
    return node


if __name__ == "__main__":
    write(Path("playbooks/schema.json"))
    write_scene(Path("playbooks/scene.schema.json"))
