"""The migrations make what the tables in the code say, on SQLite and on PostgreSQL."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from bot.runtime import Runtime
from bot.storage.tables import Table


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": False, "compare_server_default": False})
    return list(compare_metadata(context, Table.metadata))


async def test_migrated_schema_is_what_the_tables_say(rt: Runtime) -> None:
    async with rt.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
