"""createDataConnection: creates a data connection."""

import strawberry

from gateway.domain.commands.data_connections import CreateDataConnection
from gateway.domain.keys import DataConnectionKey
from schema.inputs.command import VariableInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.data_connection import DataConnection
from schema.types.view import argument, field, optional


@input_for(CreateDataConnection)
class CreateDataConnectionInput:
    """The data connection that is to be created."""

    workspace_id: strawberry.ID = argument("The workspace that it is to be in.")
    name: str = argument("Its name.")
    app: str = argument("The vendor's word for the kind of system that it leads to.")
    parameters: list[VariableInput] | None = optional("Its settings. The value of an encrypted one can never be read again here.")


@payload
class CreateDataConnectionPayload(Payload):
    """The data connection that was created."""

    data_connection: DataConnection | None = field(
        "The new data connection; null when it was not created, or cannot be found yet.", changed(DataConnectionKey)
    )


create_data_connection = order(CreateDataConnectionInput)
