"""Whether a database is whole and can be written; asked without changing anything."""

import os
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from storage.session import Database


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for a server, or a database in memory."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return None
    return Path(str(address.database))


def unsound(database: Database) -> str:
    """What is wrong first inside a SQLite file; empty where nothing is, and for a server, which looks itself."""
    if not database.is_sqlite:
        return ""
    with database.read() as session:
        try:
            found = str(session.execute(text("PRAGMA integrity_check(1)")).scalar_one())
            broken = session.execute(text("PRAGMA foreign_key_check")).first()
        except DBAPIError as error:
            if "malformed" in str(error.orig) or "not a database" in str(error.orig):
                return str(error.orig)
            raise
    if found != "ok":
        return found
    return f"a row of {broken[0]} points nowhere" if broken is not None else ""


def is_writable(database: Database) -> bool:
    """Whether a transaction that writes can begin; it writes nothing."""
    file = file_of(str(database.url)) if database.is_sqlite else None
    if file is not None and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return False
    if not database.is_sqlite:
        with database.read() as session:
            return str(session.execute(text("SHOW transaction_read_only")).scalar_one()) == "off"
    try:
        with database.write():
            return True
    except DBAPIError:
        return False
