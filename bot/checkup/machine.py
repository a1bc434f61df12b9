"""The machine: zone data, disk, the port."""

import http.client
import json
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from bot import wiring
from bot.core.checkup import Check, broken, look, ok
from bot.settings import Settings

KNOWN_ZONES = {"Europe/Berlin": 2, "Asia/Shanghai": 8, "America/Chicago": -5}  # hours from UTC in July 2026
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
OLD_ZONES_YEARS = 2
LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000  # bytes
PORT_SECONDS = 3.0


def examine(settings: Settings) -> Iterator[Check]:
    yield zones(wiring.clock(settings).now().year)
    yield disk(settings.data_dir)
    yield port(settings.http_host, settings.http_port)


def zones(this_year: int) -> Check:
    """Whether time zones are known and their rules are not of long ago."""
    update = "Update the machine's `tzdata`, or install Python's package of that name, and start the coach again."
    try:
        wrong = [n for n, h in KNOWN_ZONES.items() if SUMMER.astimezone(ZoneInfo(n)).utcoffset() != timedelta(hours=h)]
    except (ZoneInfoNotFoundError, OSError) as error:
        return broken("zones", f"Time zones cannot be read ({error}).", update)
    version = _zone_version()
    if wrong:
        return broken("zones", f"The rules of {', '.join(wrong)} are wrong (version {version or 'unknown'}).", update)
    if version[:4].isdecimal() and int(version[:4]) < this_year - OLD_ZONES_YEARS:
        return look("zones", f"Time zone rules are old: version {version}.", update)
    return ok("zones", f"Time zones are known; version {version or 'unknown'}.")


def _zone_version() -> str:
    """The version of the rules in use, such as 2025b; empty where nothing tells it."""
    for folder in map(Path, TZPATH):
        if (folder / "Europe" / "Berlin").is_file():
            file = folder / "tzdata.zi"
            first = file.read_text("utf-8", "replace").partition("\n")[0] if file.is_file() else ""
            return first.removeprefix("# version ").strip() if first.startswith("# version ") else ""
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return ""


def disk(folder: Path) -> Check:
    """Whether there is room where data is kept."""
    there = next(f for f in (folder.absolute(), *folder.absolute().parents) if f.exists())
    free = shutil.disk_usage(there).free
    said = f"{free / 1_000_000_000:.1f} GB are free where data is kept."
    repair = f"Make room on the disk of {folder}: old backups, other programs' files."
    if free < TOO_LITTLE:
        return broken("disk", said, repair)
    return look("disk", said, repair) if free < LITTLE else ok("disk", said)


def port(host: str, number: int) -> Check:
    """Whether the port is free, or the coach answers there."""
    if number == 0:
        return ok("port", "Any free port is taken at the start.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, number))
        except PermissionError:
            return broken("port", f"This account may not listen on port {number}.", "Set KAM_HTTP_PORT above 1023.")
        except OSError as error:
            return _taken(host, number, error)
    return ok("port", f"Port {number} is free: no coach serves on it now.")


def _taken(host: str, number: int, error: OSError) -> Check:
    answer = _readiness(host, number)
    if answer is None:
        return broken(
            "port",
            f"The coach cannot listen on {host}:{number} ({error.strerror or error}), and none answers there.",
            "Stop what listens there, or set KAM_HTTP_HOST and KAM_HTTP_PORT to something else.",
        )
    down = sorted(name for name, works in answer.items() if not works)
    if down:
        said = f"The coach on port {number} is not ready: {', '.join(down)}."
        return broken("port", said, "See docs/on-call.md, section “Not ready”.")
    return ok("port", f"The coach serves on port {number} and is ready.")


def _readiness(host: str, number: int) -> dict[str, bool] | None:
    """What works, as the coach on this port says; None where whatever answers is no coach."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - an address is read here, not bound
    connection = http.client.HTTPConnection(local, number, timeout=PORT_SECONDS)
    try:
        connection.request("GET", "/readyz")
        found = json.loads(connection.getresponse().read(10_000))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    known = isinstance(found, dict) and all(isinstance(works, bool) for works in found.values())
    return found if known and "database" in found else None
