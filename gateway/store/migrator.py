"""Brings the tables of an older version up to date, once, however many processes start at the same time."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from gateway.domain.errors import StoreUnavailableError
from gateway.store.database import Database

log = logging.getLogger(__name__)

LOCK = 0x6369_6364_7374_6F72  # any number that others on the same PostgreSQL are unlikely to use


async def migrate(database: Database) -> None:
    """StoreUnavailableError when a newer version has been here: its tables may mean something else."""
    config = Config(attributes={})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    if not await database.read(lambda connection: _is_current(connection, scripts)):
        await database.write(lambda connection: _upgrade(connection, config, scripts))


def _is_current(connection: Connection, scripts: ScriptDirectory) -> bool:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreUnavailableError(f"The store was last used by a newer version of the gateway (its tables are at {current}).")
    return current == scripts.get_current_head()


def _upgrade(connection: Connection, config: Config, scripts: ScriptDirectory) -> None:
    if connection.dialect.name == "postgresql":  # on SQLite, who writes is alone anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if _is_current(connection, scripts):
        return
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    log.info("tables of the store are at %s", scripts.get_current_head())
