"""What a rep's accounts are called, where a word may be a name or something else."""

from bot.core import portfolio
from bot.core.account import Rep
from bot.usecases.ports import Base
from storage import accounts


def begins_with(base: Base, rep: Rep, word: str) -> bool:
    """True if one of the rep's accounts has a name that begins with this word."""
    with base.database.read() as session:
        mine = accounts.of_rep(session, rep.team_id, rep.id, archived=True)
    key = portfolio.name_key(word)
    return any(portfolio.name_key(name).startswith(key) for a in mine for name in (a.name, *a.aliases))
