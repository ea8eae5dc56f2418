"""deleteDataConnection: removes a data connection for good."""

import strawberry

from gateway.domain.commands.data_connections import DeleteDataConnection
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeleteDataConnection)
class DeleteDataConnectionInput:
    """Which data connection is to be removed."""

    data_connection_id: strawberry.ID = argument("The data connection.")


@payload
class DeleteDataConnectionPayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field(
        "The global id that the data connection had; null when it was not deleted.", deleted_id
    )


delete_data_connection = order(DeleteDataConnectionInput)
