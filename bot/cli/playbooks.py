"""`kam playbooks`: what the plays do, for those who keep them."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot import errors
from bot.cli import tell
from bot.cli.records import JsonOption, TeamOption
from bot.cli.services import Services
from bot.core.account import Language
from bot.core.estimate import Estimate, TooLittle
from bot.core.evidence import Deed
from bot.core.play_report import Finding, Ground
from bot.usecases import play_reports, playbook_overview, report_cards
from bot.usecases.play_reports import Report

playbooks_app = typer.Typer(help="Which playbooks are in use, and what the plays do.")
MONTHS_A_YEAR = 12


@playbooks_app.callback(invoke_without_command=True)
def playbooks(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show the version of the playbooks that the bot uses, what the last ones changed, and what was refused."""
    if context.invoked_subcommand is not None:
        return
    services: Services = context.obj
    try:
        base = services.base()
    except errors.KamError as error:
        tell.fail(error, as_json)
    if as_json:
        tell.document(playbook_overview.document(base))
    else:
        shown = playbook_overview.page(base, Language.EN, services.now(), refused=True)
        tell.message(shown, as_json=False)


@playbooks_app.command("report")
def report(
    context: typer.Context,
    month: Annotated[str, typer.Option(help="As it stood at the end of that month: 2026-03.")] = "",
    team: TeamOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say which plays to promote, mend, retire or keep, with the numbers of ninety days."""
    services: Services = context.obj
    try:
        until = _end(month, services.now())
        base = services.base()
        found = play_reports.of_team(base, services.team(base, team), until)
    except errors.KamError as error:
        tell.fail(error, as_json)
    if as_json:
        tell.document(document(found))
    else:
        typer.echo("\n".join(lines(found)))


def _end(month: str, now: datetime) -> datetime:
    """The end of a month, or now where that comes first. Raises BadInput."""
    if not month:
        return now
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError as error:
        raise errors.BadInput(f"{month!r} is no month.", repair="Write it as 2026-03.", code="bad_month") from error
    if first > now:
        raise errors.BadInput(f"{month} has not begun.", repair="Name a month that has.", code="bad_month")
    year, ahead = divmod(first.month, MONTHS_A_YEAR)
    return min(now, first.replace(year=first.year + year, month=ahead + 1))


def lines(found: Report) -> list[str]:
    """The report as a person reads it."""
    language = Language.EN
    told = [report_cards.span(found, language)]
    if found.overall is not None:
        told.append(f"Hold-out, {found.holdout.percent} %: {report_cards.effect(found.overall, language)}")
    told.append("")
    unseen = [f.standing.play.id for f in found.findings if f.ground is Ground.FEW_REPS]
    for finding in found.findings:
        play = finding.standing.play
        if finding.ground is Ground.FEW_REPS:
            continue
        told.append(f"{finding.proposal.value:<8} {play.id:<30} {report_cards.reason(finding, language)}")
        if isinstance(finding.standing.effect, Estimate):
            told.append(f"{'':<39} hold-out: {report_cards.effect(finding.standing.effect, language)}")
    if unseen:
        told += ["", f"{len(unseen)} plays that fewer than five reps saw: {', '.join(unseen)}."]
    return told


def document(found: Report) -> dict[str, Any]:
    """The report for machines; `figures` is null where fewer than five reps saw a play."""
    since = found.holdout.since
    return {
        "since": found.since.isoformat(timespec="seconds"),
        "until": found.until.isoformat(timespec="seconds"),
        "holdout": {
            "percent": found.holdout.percent,
            "since": since.isoformat(timespec="seconds") if since is not None else None,
            "effect": _effect(found.overall),
        },
        "plays": [_play(finding) for finding in found.findings],
    }


def _play(finding: Finding) -> dict[str, Any]:
    play, figures = finding.standing.play, finding.standing.figures
    counts = {deed.value: figures.of(deed) for deed in Deed if deed is not Deed.HELD}
    held = {rule.value: count for rule, count in sorted(figures.held.items())}
    return {
        "id": play.id,
        "status": play.status.value,
        "owner": play.owner,
        "review": play.review.isoformat(),
        "proposal": finding.proposal.value,
        "ground": finding.ground.value,
        "reason": report_cards.reason(finding, Language.EN),
        "figures": {**counts, "held": held} if figures.told else None,
        "effect": _effect(finding.standing.effect),
    }


def _effect(found: Estimate | TooLittle | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if isinstance(found, TooLittle):
        return {"too_little": found.value}
    names = ("nudged", "held_out", "difference", "low", "high")
    return {name: round(getattr(found, name), 4) for name in names}
