"""One file of a playbook tree as plain values that remember their lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.content.findings import Finding, Severity

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
Place = tuple[str | int, ...]

NAMES = {
    ("dialogue", "steps"): "id",
    ("turns",): "id",
    ("fits",): "name",
    ("does_not_fit",): "name",
    ("dialogues",): "name",
    ("says",): "name",
    ("asked",): "name",
}


@dataclass(frozen=True)
class Document:
    """What one file says. `data` is None where it could not be read; `findings` say why.

    `numbers` are the lines of all values, parents before children, in the order of the file.
    """

    name: str
    data: Value
    numbers: tuple[int, ...] = (1,)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def _lines(self) -> dict[Place, int]:
        return dict(zip(_places(self.data, ()), self.numbers, strict=False))

    def line_of(self, place: Place) -> int:
        """The line of a value (of its key, where it has one), or of the nearest value around it that is there."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def finding(
        self, place: Place, message: str, repair: str, *, play: str = "", severity: Severity = "error"
    ) -> Finding:
        """A finding at a place in this file."""
        return Finding(
            severity=severity,
            file=self.name,
            line=self.line_of(place),
            play=play,
            step=step(place, self.data),
            message=message,
            repair=repair,
        )


def dotted(place: Place) -> str:
    """A place as a person reads it: `wordings.zh.2.say`, lists counted from one."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def step(place: Place, data: Value) -> str:
    """The step of a dialogue, the turn of a scene or the case at a place, by its name; elsewhere the place itself."""
    for depth in (1, 2):
        if (key := NAMES.get(tuple(map(str, place[:depth])))) and len(place) > depth:
            inner = value_at(data, place[: depth + 1])
            if isinstance(inner, dict) and isinstance(inner.get(key), str):
                return str(inner[key])
    return dotted(place)


def value_at(data: Value, place: Place) -> Value:
    """The value at a place, or None."""
    for part in place:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _places(value: Value, place: Place) -> Iterator[Place]:
    yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _places(inner, (*place, number))
