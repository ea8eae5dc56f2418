"""What alembic runs to apply migrations. `gateway.store.migrator` hands in a connection with an open, locked transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
context.run_migrations()
