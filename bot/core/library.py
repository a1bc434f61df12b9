"""The library: all playbooks of one version, checked and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.core.manners import Manners
from bot.core.playbook import Play, Playbook
from bot.core.scene import Scene


@dataclass(frozen=True)
class Library:
    """What the coach may say. `version` changes whenever any meaning changes; `plays` are in order of their ids.

    `scenes` are in order of the plays that they rehearse, at most one a play.
    """

    version: str
    playbooks: tuple[Playbook, ...]
    plays: tuple[Play, ...]
    manners: Manners = field(default_factory=Manners)
    scenes: tuple[Scene, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Play]:
        return {play.id: play for play in self.plays}

    def play(self, play_id: str) -> Play | None:
        return self.by_id.get(play_id)

    def scene(self, play_id: str) -> Scene | None:
        """The scene that rehearses a play, where there is one."""
        return next((scene for scene in self.scenes if scene.play == play_id), None)
