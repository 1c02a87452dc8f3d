"""Alembic's entry: runs the migrations on the connection that storage.schema hands in."""

from alembic import context

from storage import tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=tables.metadata, render_as_batch=True)
context.run_migrations()
