"""The playbooks, and the calendar of the country that they name."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot import errors, wiring
from bot.connectors import holiday_calendar
from bot.connectors.client import SlowedDown
from bot.content import loader
from bot.core.checkup import Check, broken, look, ok
from bot.core.library import Library
from bot.jobs import playbooks as sources
from bot.settings import Settings


def examine(settings: Settings) -> Iterator[Check]:
    if settings.playbooks_address:
        yield git_host(settings)
    yield from _plays(settings)


def git_host(settings: Settings) -> Check:
    """Whether the git host of the playbooks answers, and whether its newest commit is the one on disk."""
    try:
        newest, kept = sources.repository(settings).newest(), sources.revision(settings)
    except errors.KamError as error:
        state = look if isinstance(error, SlowedDown) else broken
        return state("git host", f"{error.message[:1].upper()}{error.message[1:].rstrip('.')}.", error.repair)
    if newest == kept or not kept:
        return ok("git host", f"It answers; the newest commit is {newest[:7]}.")
    said = f"It answers; the newest commit is {newest[:7]}, in use is {kept[:7]}."
    return look("git host", said, "Wait a minute; if it stays, `kam playbooks` says what keeps the newest from use.")


def _plays(settings: Settings) -> Iterator[Check]:
    today = wiring.clock(settings).now().date()
    try:
        folder = sources.folder(settings)
        loaded = loader.load(folder, today=today)
    except (errors.KamError, OSError) as error:
        said, repair = (error.message, error.repair) if isinstance(error, errors.KamError) else (str(error), "")
        yield broken("playbooks", said, repair or "Check KAM_PLAYBOOKS.")
        return
    wrong = [finding for finding in loaded.findings if finding.severity == "error"]
    count = len(loaded.library.plays)
    if not count:
        yield broken("playbooks", f"No play can be read in {folder}.", "Run `kam check` and mend what it names.")
        return
    if wrong:
        said = f"{count} plays can be used; errors in the files of others: {len(wrong)}."
        yield look("playbooks", said, "Run `kam check`: it names file and line.")
    else:
        yield ok("playbooks", f"{count} plays hold, version {loaded.library.version}.")
    yield cache(settings.cache)
    yield holidays(loaded.library, today.year)


def cache(folder: Path) -> Check:
    """Whether what is built from playbooks can be kept, so that the next start is quick."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        said = f"Nothing can be written into {folder} ({error.strerror})."
        return look("cache", said, "Starts take seconds longer. Set KAM_CACHE_DIR to a folder that can be written.")
    return ok("cache", f"What is built from playbooks is kept in {folder}.")


def holidays(library: Library, this_year: int) -> Check:
    """Whether public holidays and make-up days of this year and the next are published."""
    country = library.manners.country
    if country is None:
        return ok("holidays", "No country is set: weekends are off, and nothing else.")
    try:
        calendar = holiday_calendar.company_calendar(country, (this_year, this_year + 1))
    except errors.BadInput as error:
        return broken("holidays", error.message, f"In playbooks/cadence.yaml: {error.repair}.")
    unknown = [year for year in (this_year, this_year + 1) if not calendar.is_known(year)]
    if not unknown:
        return ok("holidays", f"Holidays of {country} are known for {this_year} and {this_year + 1}.")
    said = f"Days off and make-up days of {country} are not known yet for {' and '.join(map(str, unknown))}."
    if this_year in unknown:
        return look(
            "holidays", said, "Update the coach: its calendar is too old. Cards may come on days off till then."
        )
    return look("holidays", said, "Nothing to do now; they come with an update once they are published.")
