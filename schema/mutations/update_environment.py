"""updateEnvironment: changes parts of an environment."""

import strawberry

from gateway.domain.commands.places import UpdateEnvironment
from gateway.domain.keys import EnvironmentKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.environment import Environment
from schema.types.view import argument, field, optional


@input_for(UpdateEnvironment)
class UpdateEnvironmentInput:
    """What is to be different. What is left out stays as it is, and null empties it."""

    environment_id: strawberry.ID = argument("The environment.")
    name: str | None = optional("Its new name.")
    description: str | None = optional("What it is for; null empties it.")
    max_cloud_containers: int | None = optional("How many runs the vendor's cloud engines may hold at once.")


@payload
class UpdateEnvironmentPayload(Payload):
    """The environment that was changed."""

    environment: Environment | None = field(
        "The environment as it is now; null when it was not changed, or cannot be found.", changed(EnvironmentKey)
    )


update_environment = order(UpdateEnvironmentInput)
