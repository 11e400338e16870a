"""Alembic runs this for each command: over the connection that it was given, in the transaction it is in."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
