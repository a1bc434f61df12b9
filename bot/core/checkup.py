"""What a check of the installation found: one line a thing, with what to do next."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    LOOK = "look"  # works, and somebody should look at it
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `repair` says what to do next, empty where nothing is."""

    name: str
    state: State
    message: str
    repair: str = ""


def ok(name: str, message: str) -> Check:
    return Check(name, State.OK, message)


def look(name: str, message: str, repair: str) -> Check:
    return Check(name, State.LOOK, message, repair)


def broken(name: str, message: str, repair: str) -> Check:
    return Check(name, State.BROKEN, message, repair)
