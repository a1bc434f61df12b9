"""The tables. Rows never leave `storage`: queries take and return the core's values.

Every row belongs to one workspace (`team_id`). Times are aware and come back in UTC. What is validated is validated
in the core's values: a table class checks nothing.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Named as PostgreSQL would: a migration must be able to name what it drops, on SQLite too.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


def json_list() -> Any:
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def json_object() -> Any:
    """A JSON column for a table that has rows already."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}"))


def added(default: Any) -> Any:
    """A column that came to a table which has rows already: those get the default."""
    return Field(default=default, sa_column_kwargs={"server_default": str(default)})


class RepRow(SQLModel, table=True):
    __tablename__ = "rep"
    __table_args__ = (Index("rep_posted", "team_id", "posted_at"),)
    team_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    zone: str | None = None
    language: str = "en"
    card_time: str = "eve"
    work_start: str = "09:00"
    work_end: str = "18:00"
    days_off: list[str] = json_list()
    country: str | None = None
    paused_until: datetime | None = None
    stopped_plays: list[str] = json_list()
    active: bool = True
    guest: bool = False
    dm_channel: str | None = None
    email_domain: str | None = None
    profile_at: datetime | None = None
    welcomed_at: datetime | None = None
    quiet_until: datetime | None = None
    quiet_checked_at: datetime | None = None
    zone_chosen: bool = False
    language_chosen: bool = False
    stand_in: str | None = None
    name: str = added("")
    team_digest: str = added("weekly")
    monday_list: str = added("weekly")
    posted_at: datetime | None = None


class AccountRow(SQLModel, table=True):
    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("team_id", "rep_id", "name_key"),)
    id: str = Field(primary_key=True)
    team_id: str = Field(index=True)
    rep_id: str
    name: str
    name_key: str
    stage: str | None = None
    stage_since: date | None = None
    order_phase: str | None = None
    order_since: date | None = None
    zone: str | None = None
    language: str | None = None
    important: list[str] = json_list()
    aliases: list[str] = json_list()
    domains: list[str] = json_list()
    manager: str | None = None
    last_contact: datetime | None = None
    last_contact_by: str | None = None
    one_sided_contacts: int = 0
    one_sided_since: datetime | None = None
    archived_as: str | None = None
    archived_at: datetime | None = None
    created_at: datetime


class StageChangeRow(SQLModel, table=True):
    __tablename__ = "stage_change"
    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    stage: str
    since: date
    at: datetime


class ContactRow(SQLModel, table=True):
    __tablename__ = "contact"
    id: str = Field(primary_key=True)
    team_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    name: str
    role: str = ""
    email: str = ""
    boss: str = ""
    has_say: bool = False
    since: date | None = None


class ContactLogRow(SQLModel, table=True):
    __tablename__ = "contact_log"
    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    at: datetime
    by: str
    source: str = ""


class VisitRow(SQLModel, table=True):
    __tablename__ = "visit"
    __table_args__ = (
        Index("visit_rep_at", "team_id", "rep_id", "at"),
        UniqueConstraint("team_id", "rep_id", "feed_key"),
    )
    id: str = Field(primary_key=True)
    team_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    rep_id: str
    at: datetime
    all_day: bool = False
    review: bool = False
    state: str = "planned"
    title: str = ""
    feed_id: str | None = Field(default=None, foreign_key="feed.id")
    feed_key: str | None = None
    carded: bool = False
    created_at: datetime


class ProblemRow(SQLModel, table=True):
    __tablename__ = "problem"
    id: str = Field(primary_key=True)
    team_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    text: str = ""
    opened_at: datetime
    raised_by: str = "client"
    lesson: str = ""
    withdrawn_at: datetime | None = None


class ProblemStepRow(SQLModel, table=True):
    __tablename__ = "problem_step"
    problem_id: str = Field(foreign_key="problem.id", primary_key=True)
    step: str = Field(primary_key=True)
    team_id: str
    at: datetime


class PromiseRow(SQLModel, table=True):
    __tablename__ = "promise"
    id: str = Field(primary_key=True)
    team_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    text: str
    due: date
    made: date
    by: str = "us"
    kept_at: datetime | None = None
    broken_at: datetime | None = None


class PromiseChangeRow(SQLModel, table=True):
    """What happened to a promise: made, moved to another day, kept, broken (`note` says why)."""

    __tablename__ = "promise_change"
    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    promise_id: str = Field(foreign_key="promise.id", index=True)
    what: str
    at: datetime
    due_before: date | None = None
    due_after: date | None = None
    note: str = ""


class RecordRow(SQLModel, table=True):
    __tablename__ = "record"
    id: str = Field(primary_key=True)
    team_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    kind: str
    at: datetime
    text: str = ""
    answer: str = ""
    done_at: datetime | None = None


class NudgeRow(SQLModel, table=True):
    """One unasked message, from plan to fate.

    `state` is the outbox's own: planned, claimed, sending, then a fate (sent, dropped, failed, unknown). A held nudge
    is `planned` with a `rule` and a later `next_try_at`; `due_at` never changes, so lateness stays measurable.
    """

    __tablename__ = "nudge"
    __table_args__ = (
        Index(
            "nudge_due",
            "next_try_at",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        Index(
            "nudge_team_due",
            "team_id",
            "next_try_at",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        Index(
            "nudge_leased",
            "lease_until",
            sqlite_where=text("state IN ('claimed', 'sending')"),
            postgresql_where=text("state IN ('claimed', 'sending')"),
        ),
        Index("nudge_rep_ended", "team_id", "rep_id", "ended_at"),
        Index(
            "nudge_stand_in",
            "sent_to",
            sqlite_where=text("sent_to IS NOT NULL"),
            postgresql_where=text("sent_to IS NOT NULL"),
        ),
        Index("nudge_account", "account_id"),
    )
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str
    account_id: str
    kind: str
    play: str = ""
    key: str
    cue: str = ""
    facts: list[list[str]] = json_list()
    due_at: datetime
    expires_at: datetime | None = None
    priority: int = 9
    visit_id: str | None = None
    problem_id: str | None = None
    state: str = "planned"
    rule: str | None = None
    next_try_at: datetime
    lease_until: datetime | None = None
    owner: str | None = None
    attempt: int = 0
    intent_at: datetime | None = None
    looked_up: int = 0
    ended_at: datetime | None = None
    channel: str | None = None
    ts: str | None = None
    message_of: str | None = None
    wording: int | None = None
    language: str | None = None
    error: str | None = None
    answered_at: datetime | None = None
    answer: str | None = None
    planned_at: datetime
    sent_to: str | None = None
    arm: str | None = None


class CommitmentRow(SQLModel, table=True):
    """What a rep said they would do: on a card (`nudge_id`), or on advice that they asked for."""

    __tablename__ = "commitment"
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str = Field(index=True)
    account_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    nudge_id: str | None = Field(default=None, foreign_key="nudge.id", unique=True)
    visit_id: str | None = Field(default=None, index=True)
    play: str
    wording: int
    made_at: datetime
    outcome: str | None = None
    outcome_at: datetime | None = None


class SnoozeRow(SQLModel, table=True):
    __tablename__ = "snooze"
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str = Field(index=True)
    account_id: str | None = Field(default=None, foreign_key="account.id")
    play: str | None = None
    until: datetime
    made_at: datetime
    lifted_at: datetime | None = None


class FeedRow(SQLModel, table=True):
    """A calendar feed of one rep. The address is a secret: whoever has it can read the calendar."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("team_id", "rep_id", "url"),)
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    checked_at: datetime | None = None
    good_at: datetime | None = None
    error: str | None = None


class EventLinkRow(SQLModel, table=True):
    """Which account a calendar event is about, as the rep said once. `account_id` None: it is no visit."""

    __tablename__ = "event_link"
    team_id: str = Field(primary_key=True)
    rep_id: str = Field(primary_key=True)
    event_key: str = Field(primary_key=True)
    account_id: str | None = Field(default=None, foreign_key="account.id")
    summary: str = ""
    asked_at: datetime | None = None
    answered_at: datetime | None = None


class DialogueRow(SQLModel, table=True):
    """A dialogue in flight. It keeps the script it began with, so a changed playbook does not change it midway."""

    __tablename__ = "dialogue"
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str
    account_id: str | None = Field(default=None, foreign_key="account.id")
    play: str
    language: str
    script: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    step: str | None = None
    answers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    nudge_id: str | None = None
    started_at: datetime
    ended_at: datetime | None = None
    taps: int = 0


class FeedbackRow(SQLModel, table=True):
    """What a rep said was wrong with a card."""

    __tablename__ = "feedback"
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str
    play: str
    nudge_id: str | None = None
    text: str
    at: datetime
    wish: str = added("")
    facts: dict[str, Any] = json_object()
    sent_as: str | None = None
    sent_to: dict[str, Any] = json_object()
    taken_at: datetime | None = None
    told_at: datetime | None = None


class DeliveryRow(SQLModel, table=True):
    """A delivery from Slack that was acted on (its `event_id` or `trigger_id`), so that a retry is recognised."""

    __tablename__ = "delivery"
    team_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = Field(index=True)


class WorkspaceRow(SQLModel, table=True):
    """A workspace that the bot serves: its pace, its wishes, and when it left."""

    __tablename__ = "workspace"
    team_id: str = Field(primary_key=True)
    name: str = ""
    tokens: float = 0
    refilled_at: datetime | None = None
    rate: float = added(4)
    planned_at: datetime | None = None
    enterprise_id: str | None = None
    holdout_percent: int = added(0)
    holdout_since: datetime | None = None
    left_at: datetime | None = None
    access_at: datetime | None = None
    told: dict[str, str] = json_object()


class AdviceRow(SQLModel, table=True):
    """A question that a rep asked and the plays that answered it, best first, so that a later tap finds them."""

    __tablename__ = "advice"
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str = Field(index=True)
    account_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    text: str = ""
    plays: list[dict[str, Any]] = json_list()
    held: list[list[str]] = json_list()
    wording: int = 0
    tapped: bool = False
    at: datetime = Field(index=True)


class PictureRow(SQLModel, table=True):
    """A two-year picture as it was drawn; a changed one is a row of its own, so the newest holds."""

    __tablename__ = "picture"
    id: str = Field(primary_key=True)
    team_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    answers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime
    confirmed_at: datetime | None = None


class CreditNoteRow(SQLModel, table=True):
    """A note to somebody's boss at the client that says whose work it was."""

    __tablename__ = "credit_note"
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str = Field(index=True)
    account_id: str = Field(foreign_key="account.id")
    who: str
    boss: str = ""
    draft: str
    record_id: str
    made_at: datetime
    sent_at: datetime | None = None


class RehearsalRow(SQLModel, table=True):
    """A rehearsal in flight. Like a dialogue it keeps the scene it began with."""

    __tablename__ = "rehearsal"
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str = Field(index=True)
    play: str
    scene: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    turn: str | None = None
    points: int = 0
    answers: int = 0
    started_at: datetime
    ended_at: datetime | None = None


class RoleRow(SQLModel, table=True):
    """Who is whose boss, as an admin said."""

    __tablename__ = "role"
    team_id: str = Field(primary_key=True)
    rep_id: str = Field(primary_key=True)
    manager_id: str | None = Field(default=None, index=True)
    set_by: str = ""
    set_at: datetime


class UndoRow(SQLModel, table=True):
    """How to take back one change, for a minute: each row that it changed, as it was before and after."""

    __tablename__ = "undo"
    id: str = Field(primary_key=True)
    team_id: str
    rep_id: str = Field(index=True)
    accounts: list[str] = json_list()
    changes: list[dict[str, Any]] = json_list()
    made_at: datetime = Field(index=True)
    used_at: datetime | None = None


class ReceiptRow(SQLModel, table=True):
    """That somebody was forgotten: when, and how many rows of each table went. It does not say who."""

    __tablename__ = "receipt"
    id: str = Field(primary_key=True)
    team_id: str
    at: datetime
    deleted: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    kept: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class InstallationRow(SQLModel, table=True):
    """An installation of the app in a workspace, or in a whole organisation (`team_id` is then the organisation's id).

    Tokens are stored encrypted, each bound to its row.
    """

    __tablename__ = "installation"
    team_id: str = Field(primary_key=True)
    enterprise_id: str | None = Field(default=None, index=True)
    org_wide: bool = False
    bot_id: str
    bot_user_id: str
    scopes: str = ""
    bot_token: str
    refresh_token: str | None = None
    expires_at: datetime | None = None
    installed_by: str = ""
    installed_at: datetime
    removed_at: datetime | None = None


class OAuthStateRow(SQLModel, table=True):
    """A sign-in that ended in an installation, so that it ends in none again. Only a digest of the state is kept."""

    __tablename__ = "oauth_state"
    digest: str = Field(primary_key=True)
    expires_at: datetime = Field(index=True)


class PlaybookVersionRow(SQLModel, table=True):
    """A version of the playbooks that was put to use, or refused; the same for every workspace."""

    __tablename__ = "playbook_version"
    id: str = Field(primary_key=True)
    version: str
    source: str = ""
    author: str = ""
    changed_at: datetime | None = None
    seen_at: datetime = Field(index=True)
    refused: bool = False
    changes: list[dict[str, Any]] = json_list()
    findings: list[dict[str, Any]] = json_list()
    plays: dict[str, Any] = json_object()


class AskedRow(SQLModel, table=True):
    """How often a rep was asked for something on a day, by kind of interaction; nobody is timed."""

    __tablename__ = "asked"
    team_id: str = Field(primary_key=True)
    rep_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    count: int = 0


class MethodPauseRow(SQLModel, table=True):
    """Until when Slack wants no more calls of one method in a workspace (`Retry-After`)."""

    __tablename__ = "method_pause"
    team_id: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    until: datetime
