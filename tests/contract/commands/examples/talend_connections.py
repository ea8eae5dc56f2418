"""Talend's data connections."""

from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.data_connections import CreateDataConnection, DeleteDataConnection, UpdateDataConnection
from gateway.domain.commands.performed import Performed
from gateway.domain.data_connection import DataConnection
from gateway.domain.keys import DataConnectionKey, WorkspaceKey
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import talend_ground as ground

CONNECTIONS, CONNECTION = r"^/orchestration/connections$", r"^/orchestration/connections/[^/]+$"


async def create_connection(stage: Stage) -> Command:
    parameters = (Variable("host", "db.acme.example"), Variable("password", "hush", encrypted=True))
    return CreateDataConnection(workspace=await ground.new_workspace(stage), name="Orders", app="MySQL", parameters=parameters)


async def it_is_a_connection_without_its_password(stage: Stage, performed: Performed) -> None:
    connection = await ground.first(stage, performed)
    assert isinstance(connection, DataConnection)
    shown = [(each.name, each.value, each.encrypted) for each in connection.parameters]
    assert shown == [("host", "db.acme.example", False), ("password", None, True)]


async def create_connection_again(stage: Stage) -> Command:
    command = await create_connection(stage)
    await stage.done(command)
    return command


async def create_connection_nowhere(stage: Stage) -> Command:
    return CreateDataConnection(workspace=WorkspaceKey(stage.provider.name, (ground.NOWHERE,)), name="Orders", app="MySQL")


async def update_connection(stage: Stage) -> Command:
    parameters = (Variable("port", "3307"), Variable("password", "new one", encrypted=True))
    return UpdateDataConnection(data_connection=await ground.new_connection(stage), parameters=parameters)


async def it_has_one_parameter_more(stage: Stage, performed: Performed) -> None:
    connection = await ground.first(stage, performed)
    assert isinstance(connection, DataConnection)
    shown = {each.name: each.value for each in connection.parameters}
    assert shown == {"host": "db.acme.example", "password": None, "port": "3307"}


async def rename_connection(stage: Stage) -> Command:
    return UpdateDataConnection(data_connection=await ground.new_connection(stage), name="Renamed")


async def it_has_its_parameters(stage: Stage, performed: Performed) -> None:
    connection = await ground.first(stage, performed)
    assert isinstance(connection, DataConnection)
    assert (connection.name, [each.name for each in connection.parameters]) == ("Renamed", ["host", "password"])


async def take_the_name_of_a_connection(stage: Stage) -> Command:
    workspace = await ground.new_workspace(stage)
    await ground.new_connection(stage, workspace, "Orders")
    return UpdateDataConnection(data_connection=await ground.new_connection(stage, workspace), name="Orders")


async def update_absent_connection(stage: Stage) -> Command:
    return UpdateDataConnection(data_connection=DataConnectionKey(stage.provider.name, (ground.NOWHERE,)), name="x")


async def delete_connection(stage: Stage) -> Command:
    return DeleteDataConnection(data_connection=await ground.new_connection(stage))


async def delete_a_connection_that_a_task_uses(stage: Stage) -> Command:
    workspace = await ground.new_workspace(stage)
    connection = await ground.new_connection(stage, workspace)
    ground.new_user(stage, ground.new_artifact(stage, workspace), workspace, {"db": connection.parts[0]})
    return DeleteDataConnection(data_connection=connection)


async def delete_absent_connection(stage: Stage) -> Command:
    return DeleteDataConnection(data_connection=DataConnectionKey(stage.provider.name, (ground.NOWHERE,)))


EXAMPLES = (
    Example(
        command=CreateDataConnection,
        make=create_connection,
        seen=it_is_a_connection_without_its_password,
        method="POST",
        route=CONNECTIONS,
        missing=create_connection_nowhere,
        conflict=create_connection_again,
    ),
    Example(
        command=UpdateDataConnection,
        make=update_connection,
        seen=it_has_one_parameter_more,
        method="PUT",
        route=CONNECTION,
        missing=update_absent_connection,
        conflict=take_the_name_of_a_connection,
    ),
    Example(
        command=UpdateDataConnection,
        name="updateDataConnection, its name alone",
        make=rename_connection,
        seen=it_has_its_parameters,
        method="PUT",
        route=CONNECTION,
    ),
    Example(
        command=DeleteDataConnection,
        make=delete_connection,
        seen=ground.it_is_gone,
        method="DELETE",
        route=CONNECTION,
        missing=delete_absent_connection,
        conflict=delete_a_connection_that_a_task_uses,
        answers_nothing=True,
    ),
)
