"""From the text behind `/kam` to a subcommand."""

import difflib

from bot import errors
from bot.core.message import Message, Reply, Small
from bot.core.texts import talk
from bot.slack.commands import advice, help
from bot.slack.commands.base import Act, Subcommand, first_word
from bot.usecases import account_names

LONGEST = 3_000  # characters: what reads names and times in a text takes its time, and holds up everybody meanwhile
BY_WORD: dict[str, Subcommand] = {word: c for c in help.COMMANDS for word in (c.name, *c.aliases)}


def run(act: Act) -> Reply:
    """Runs the subcommand that the text names; other words are read as a question."""
    word, rest = first_word(act.text)
    if not word:
        return help.handle(act)
    found = BY_WORD.get(word.casefold())
    if found is not None:
        return _handle(act, found, rest)
    near = difflib.get_close_matches(word.casefold(), BY_WORD, n=1, cutoff=0.75)
    if near and word.isascii():
        usage = "/kam " + BY_WORD[near[0]].usage.of(act.rep.language)
        raise errors.Refused(f"Unknown subcommand {word!r}.", code="unknown_subcommand", params={"usage": usage})
    reply = advice.handle(act)
    if rest or not word.isascii() or reply.message is None:
        return reply
    note = Small(talk.UNKNOWN_COMMAND.of(act.rep.language, word=word[:40]))
    return Reply(Message(reply.message.summary, (note, *reply.message.parts)))


def _handle(act: Act, found: Subcommand, rest: str) -> Reply:
    if len(rest) > LONGEST and found is not advice.COMMAND:  # of a question only the beginning is read
        raise errors.Refused(f"{len(rest)} characters are too many.", code="too_long")
    _refuse_misspelt(act, found, rest)
    return found.handle(Act(act.base, act.rep, rest, act.now))


def _refuse_misspelt(act: Act, found: Subcommand, text: str) -> None:
    """Refuses a word that is nearly one of the command's own, and names that one; an account may be called so."""
    word, rest = first_word(text)
    given = word.casefold()
    if not given.isascii() or given in found.words or (found.asks and rest):
        return
    swapped = [w for w in found.words if sorted(w) == sorted(given)]
    near = swapped or difflib.get_close_matches(given, found.words, n=1, cutoff=0.8)
    if near and not account_names.begins_with(act.base, act.rep, word):
        usage = " ".join(("/kam", found.name, near[0], rest)).strip()
        params = {"word": word[:40], "usage": usage}
        raise errors.Refused(f"Unknown word {word!r}.", code="near_subcommand", params=params)


def words(act: Act) -> Reply:
    """Words in the DM: a question, unless they begin like a subcommand that was meant (`help`, `visit acme …`)."""
    word, rest = first_word(act.text)
    found = BY_WORD.get(word.casefold().lstrip("/"))
    if word.casefold() in ("/kam", "kam"):
        return run(Act(act.base, act.rep, rest, act.now))
    if found is not None and (found.name in ("help", "visit", "settings", "why") or not rest):
        return _handle(act, found, rest)
    return advice.handle(act)
