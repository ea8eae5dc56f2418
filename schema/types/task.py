"""TaskDefinition: what a task is made of."""

from gateway.domain import task as domain
from schema.resolvers.references import reference
from schema.types.artifact import Artifact
from schema.types.data_connection import DataConnection
from schema.types.view import field, view


@view(domain.TaskArtifact)
class TaskArtifact:
    """Which version of which artifact a task runs."""

    artifact: Artifact | None = field("The artifact; null when it is gone.", reference(domain.TaskArtifact, "artifact"))
    external_id: str = field("The vendor's id of the artifact.")
    name: str | None = field("The artifact's name.")
    version: str | None = field("The version that is run.")


@view(domain.TaskParameter)
class TaskParameter:
    """A named value that the artifact is run with."""

    name: str = field("Its name.")
    value: str | None = field("Its value.")


@view(domain.TaskConnection)
class TaskConnection:
    """A data connection that a task uses."""

    name: str = field("The name that the artifact knows it by.")
    connection: DataConnection | None = field(
        "The connection; null when none is set, or it is gone.", reference(domain.TaskConnection, "connection")
    )


@view(domain.TaskResource)
class TaskResource:
    """A file that a task uses."""

    name: str = field("The name that the artifact knows it by.")
    resource_id: str = field("The vendor's id of the file.")


@view(domain.AutoUpgrade)
class AutoUpgrade:
    """Whether a task takes a new version of its artifact by itself."""

    enabled: bool | None = field("Whether it does.")
    override_parameters: bool | None = field("Whether the new version's default parameters take the place of the task's own.")


@view(domain.TaskDefinition)
class TaskDefinition:
    """What a task is made of."""

    version: str | None = field("Counts the changes of the task itself.")
    artifact: TaskArtifact | None = field("What it runs.")
    parameters: list[TaskParameter] = field("The values it runs with.")
    connections: list[TaskConnection] = field("The data connections it uses.")
    resources: list[TaskResource] = field("The files it uses.")
    auto_upgrade: AutoUpgrade | None = field("Whether it takes a new version by itself.")
