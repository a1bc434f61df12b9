"""What people read, before any chat platform: messages, their buttons, and forms.

A message holds plain text only; whoever shows it escapes it. Texts are in one language, already chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from bot import errors

Chosen = TypeVar("Chosen", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Button:
    """`action` names what a tap does, `value` what it is about; with a `url` it opens that page."""

    action: str
    label: str
    value: str = ""
    primary: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A small menu behind three dots: (label, value) for each entry, at most five."""

    action: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a `label` stands before it in bold, a `button` beside it."""

    text: str
    label: str = ""
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Bullets:
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Small:
    """A line in small grey type: a source, a date, a hint."""

    text: str


@dataclass(frozen=True, slots=True)
class Actions:
    buttons: tuple[Button, ...]
    menu: Menu | None = None


@dataclass(frozen=True, slots=True)
class Divider:
    pass


Part = Heading | Paragraph | Bullets | Small | Actions | Divider


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `summary` is what a notification shows."""

    summary: str
    parts: tuple[Part, ...]


def plain(text: str) -> Message:
    """A message of one paragraph."""
    return Message(text, (Paragraph(text),))


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form: free text, a choice if there are `options`, a date, a tick, or people by their ids.

    A `radio` shows its choices side by side, so that one tap is enough.
    """

    id: str
    label: str
    kind: str = "text"  # text | lines | choice | choices | radio | date | time | tick | people
    options: tuple[Option, ...] = ()
    initial: str = ""
    hint: str = ""
    placeholder: str = ""
    optional: bool = False
    longest: int = 200


@dataclass(frozen=True, slots=True)
class Form:
    """A small window. `subject` comes back with what was filled in."""

    name: str
    title: str
    submit: str
    close: str
    inputs: tuple[Input, ...]
    intro: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in: input id to value."""

    values: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def one_of(self, kind: type[Chosen], name: str) -> Chosen | None:
        """What was chosen; None where nothing was. Refuses what was never offered."""
        return chosen(kind, self.get(name))


def chosen(kind: type[Chosen], value: str) -> Chosen | None:
    """The value as one of its kind; None where it is empty. Refuses what was never offered."""
    if value and value not in {each.value for each in kind}:
        raise errors.Refused(f"No {kind.__name__}: {value[:40]!r}.", code="card_gone")
    return kind(value) if value else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What an act is answered with: a message (in place of the one acted on, if `replace`), a form, a page of Home.

    `then` does what may take long and says what came of it; the message is for meanwhile. It may refuse.
    """

    message: Message | None = None
    form: Form | None = None
    replace: bool = False
    home_page: int | None = None
    then: Callable[[], Message] | None = None
