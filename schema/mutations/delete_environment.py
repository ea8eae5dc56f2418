"""deleteEnvironment: removes an environment and everything in it for good."""

import strawberry

from gateway.domain.commands.places import DeleteEnvironment
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeleteEnvironment)
class DeleteEnvironmentInput:
    """Which environment is to be removed."""

    environment_id: strawberry.ID = argument("The environment.")


@payload
class DeleteEnvironmentPayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field("The global id that the environment had; null when it was not deleted.", deleted_id)


delete_environment = order(DeleteEnvironmentInput)
