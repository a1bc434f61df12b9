"""What whoever runs a practice workspace may add to its page. The workspace itself knows nothing of the app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.practice.records import Payload

MORNING = time(9)
MONDAY = 0


@dataclass(frozen=True)
class Hooks:
    """Each may be left out; then the page does not show what it is for.

    `next_due` says when something comes unasked. `guide` gives, for a locale, `commands` (each `command`, `text`,
    `usage`, `summary`) for the composer and `tries` for an empty conversation. `shortcuts` lists what the app
    registered (`callback_id`, `name`, `kind`). `playbooks` says what is in use and what is wrong with it; `effect`
    compares two versions, as its wish says. `stop` ends a run of the clock early.
    """

    next_due: Callable[[], datetime | None] | None = None
    guide: Callable[[str], Payload] | None = None
    shortcuts: Callable[[], list[Payload]] | None = None
    playbooks: Callable[[], Payload] | None = None
    effect: Callable[[Payload], Payload] | None = None
    stop: Callable[[], None] | None = None


def target(wish: Payload, now: datetime, zone: ZoneInfo) -> Payload:
    """The wish of a clock button as `advance` takes it: "tomorrow" and "monday" are mornings in that zone."""
    local = now.astimezone(zone)
    match wish.get("to"):
        case "tomorrow":
            day = local.date() + timedelta(days=1)
        case "monday":
            day = local.date() + timedelta(days=(MONDAY - local.weekday() - 1) % 7 + 1)
        case _:
            return wish
    return {"to": datetime.combine(day, MORNING, zone).isoformat()}
