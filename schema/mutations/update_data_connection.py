"""updateDataConnection: changes parts of a data connection."""

import strawberry

from gateway.domain.commands.data_connections import UpdateDataConnection
from gateway.domain.keys import DataConnectionKey
from schema.inputs.command import VariableInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.data_connection import DataConnection
from schema.types.view import argument, field, optional


@input_for(UpdateDataConnection)
class UpdateDataConnectionInput:
    """What is to be different. What is left out stays as it is."""

    data_connection_id: strawberry.ID = argument("The data connection.")
    name: str | None = optional("Its new name.")
    parameters: list[VariableInput] | None = optional("Settings that get a new value; those that are not named stay as they are.")


@payload
class UpdateDataConnectionPayload(Payload):
    """The data connection that was changed."""

    data_connection: DataConnection | None = field(
        "The data connection as it is now; null when it was not changed, or cannot be found.", changed(DataConnectionKey)
    )


update_data_connection = order(UpdateDataConnectionInput)
