"""createEnvironment: creates an environment with a first workspace in it."""

from gateway.domain.commands.places import CreateEnvironment
from gateway.domain.keys import EnvironmentKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.environment import Environment
from schema.types.view import argument, field, optional


@input_for(CreateEnvironment)
class CreateEnvironmentInput:
    """The environment that is to be created."""

    provider: str = argument("The name of the provider to create it at.")
    name: str = argument("Its name.")
    workspace_name: str = argument("The name of the first workspace in it.")
    description: str | None = optional("What it is for.")
    owner: str | None = optional("Who is to own that workspace: the vendor's name of a user.")
    max_cloud_containers: int | None = optional("How many runs the vendor's cloud engines may hold at once.")


@payload
class CreateEnvironmentPayload(Payload):
    """The environment that was created."""

    environment: Environment | None = field(
        "The new environment; null when it was not created, or cannot be found yet.", changed(EnvironmentKey)
    )


create_environment = order(CreateEnvironmentInput)
