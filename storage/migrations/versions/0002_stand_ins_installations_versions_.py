"""stand-ins, installations, versions, evidence"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("team_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rep_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "rep_id", "day", "kind", name=op.f("asked_pkey")),
    )
    op.create_table(
        "installation",
        sa.Column("team_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("enterprise_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("org_wide", sa.Boolean(), nullable=False),
        sa.Column("bot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("bot_user_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scopes", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("bot_token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("refresh_token", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("installed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("installed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("removed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", name=op.f("installation_pkey")),
    )
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_installation_enterprise_id"), ["enterprise_id"], unique=False)

    op.create_table(
        "method_pause",
        sa.Column("team_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "method", name=op.f("method_pause_pkey")),
    )
    op.create_table(
        "oauth_state",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("oauth_state_pkey")),
    )
    with op.batch_alter_table("oauth_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_state_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "playbook_version",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("changed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("plays", sa.JSON(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("playbook_version_pkey")),
    )
    with op.batch_alter_table("playbook_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_playbook_version_seen_at"), ["seen_at"], unique=False)

    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wish", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("facts", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("sent_as", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("sent_to", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("taken_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("told_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table("nudge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_to", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("arm", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.create_index(
            "nudge_stand_in",
            ["sent_to"],
            unique=False,
            sqlite_where=sa.text("sent_to IS NOT NULL"),
            postgresql_where=sa.text("sent_to IS NOT NULL"),
        )
        batch_op.create_index(
            "nudge_team_due",
            ["team_id", "next_try_at"],
            unique=False,
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )

    with op.batch_alter_table("rep", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stand_in", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("team_digest", sqlmodel.sql.sqltypes.AutoString(), server_default="weekly", nullable=False)
        )
        batch_op.add_column(sa.Column("posted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index("rep_posted", ["team_id", "posted_at"], unique=False)

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rate", sa.Float(), server_default="4", nullable=False))
        batch_op.add_column(sa.Column("enterprise_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("holdout_percent", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("holdout_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("left_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("told", sa.JSON(), server_default="{}", nullable=False))
        batch_op.drop_column("post_not_before")


def downgrade() -> None:
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post_not_before", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.drop_column("told")
        batch_op.drop_column("left_at")
        batch_op.drop_column("holdout_since")
        batch_op.drop_column("holdout_percent")
        batch_op.drop_column("enterprise_id")
        batch_op.drop_column("rate")

    with op.batch_alter_table("rep", schema=None) as batch_op:
        batch_op.drop_index("rep_posted")
        batch_op.drop_column("posted_at")
        batch_op.drop_column("team_digest")
        batch_op.drop_column("name")
        batch_op.drop_column("stand_in")

    with op.batch_alter_table("nudge", schema=None) as batch_op:
        batch_op.drop_index(
            "nudge_team_due", sqlite_where=sa.text("state = 'planned'"), postgresql_where=sa.text("state = 'planned'")
        )
        batch_op.drop_index(
            "nudge_stand_in",
            sqlite_where=sa.text("sent_to IS NOT NULL"),
            postgresql_where=sa.text("sent_to IS NOT NULL"),
        )
        batch_op.drop_column("arm")
        batch_op.drop_column("sent_to")

    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_column("told_at")
        batch_op.drop_column("taken_at")
        batch_op.drop_column("sent_to")
        batch_op.drop_column("sent_as")
        batch_op.drop_column("facts")
        batch_op.drop_column("wish")

    with op.batch_alter_table("playbook_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_playbook_version_seen_at"))

    op.drop_table("playbook_version")
    with op.batch_alter_table("oauth_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_state_expires_at"))

    op.drop_table("oauth_state")
    op.drop_table("method_pause")
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_installation_enterprise_id"))

    op.drop_table("installation")
    op.drop_table("asked")
