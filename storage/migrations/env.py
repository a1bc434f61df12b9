"""Runs migrations on the connection that `storage.migrate` hands over, in its transaction."""

from alembic import context

from storage import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.RepRow.metadata,
    render_as_batch=True,
)
context.run_migrations()
