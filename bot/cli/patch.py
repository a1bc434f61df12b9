"""`kam playbooks patch`: what reps said was wrong, and the change of a play that comes of it."""

from pathlib import Path
from typing import Annotated

import typer

from bot import errors
from bot.cli import tell
from bot.cli.records import JsonOption, TeamOption
from bot.cli.services import Services
from bot.content import patch_file
from bot.content.patch import Draft
from bot.core.account import Language
from bot.core.texts import feedback as texts
from bot.usecases import complaints
from bot.usecases.ports import Base, Sources
from storage import feedback as rows
from storage.tables import FeedbackRow

SHOWN = 20


def patch(
    context: typer.Context,
    feedback: Annotated[str, typer.Argument(help="Its id, or how that begins; none: list them.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Change the files instead of printing the change.")] = False,
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print (or write) the change that comes of what a rep said was wrong, tried out; without FEEDBACK, list them."""
    services: Services = context.obj
    try:
        base = services.base()
        team_id = services.team(base, team)
        if not feedback:
            _list(base, team_id, as_json)
            return
        row, sources = _row(base, team_id, feedback), _sources(base)
        if write and sources.is_copy:
            raise _only_a_copy(row)
        draft = complaints.drafted(sources, row)
        if draft is None or not draft.is_patch:
            raise _no_patch(draft)
    except errors.KamError as error:
        tell.fail(error, as_json)
    diff = patch_file.unified(draft.changes, sources.top())
    if write:
        _write(sources.folder(), draft)
    if as_json:
        files = [change.path for change in draft.changes]
        tell.document({"id": row.id, "play": row.play, "case": draft.case, "files": files, "diff": diff})
    elif write:
        for change in draft.changes:
            print(f"changed {change.path}")
    else:
        print(diff, end="")


def _list(base: Base, team_id: str, as_json: bool) -> None:
    with base.database.read() as session:
        newest = rows.newest(session, team_id, SHOWN)
    found = [
        {
            "id": row.id,
            "at": row.at.isoformat(timespec="seconds"),
            "play": row.play,
            "wrong": row.facts.get("wrong"),
            "sent_as": row.sent_as,
        }
        for row in newest
    ]
    if as_json:
        tell.document(found)
        return
    for row in found:
        print(f"{row['id']}  {str(row['at'])[:10]}  {row['play']:<32} {row['wrong'] or '-':<8} {row['sent_as'] or '-'}")
    if not found:
        print("No rep has said that anything is wrong.")


def _row(base: Base, team_id: str, which: str) -> FeedbackRow:
    with base.database.read() as session:
        found = rows.beginning(session, team_id, which)
    if len(found) != 1:
        said = f"{len(found)} begin with {which!r}" if found else f"There is none whose id begins with {which!r}"
        raise errors.BadInput(f"{said}.", repair="`kam playbooks patch` lists them.", code="unknown_feedback")
    return found[0]


def _sources(base: Base) -> Sources:
    if base.sources is None:
        raise errors.Refused("The playbooks cannot be changed from here.", repair="Run it beside `kam serve`.")
    return base.sources


def _only_a_copy(row: FeedbackRow) -> errors.Refused:
    """Why nothing is written, and the two ways that lead to the same change."""
    return errors.Refused(
        "The folder in use is a copy of what lies on your git host, and the next version would take its place.",
        repair=f"Tap *Make the pull request* in Slack (it is there once KAM_GIT_TOKEN may write), or bring the change "
        f"into your own clone: `kam playbooks patch {row.id[:8]} > change.diff`, and there `git apply change.diff`.",
        code="playbooks_are_a_copy",
    )


def _no_patch(draft: Draft | None) -> errors.Refused:
    """Why there is no finished change."""
    reason = draft.reason.value if draft is not None and draft.reason is not None else "unread"
    why = texts.REASONS[reason].of(Language.EN, detail=draft.detail if draft is not None else "")
    message = f"There is no finished change: {why}."
    return errors.Refused(message, repair="Change the play by hand, or leave it.", code="no_patch")


def _write(folder: Path, draft: Draft) -> None:
    for change in draft.changes:
        file = folder / change.path.split("/", 1)[1]
        file.write_bytes(change.after.encode())
