"""Tasks: pipelines that run one deployable artifact with parameters."""

import msgspec

from gateway.domain.keys import ArtifactKey, DataConnectionKey


class TaskParameter(msgspec.Struct, frozen=True):
    """A named value that the artifact is run with."""

    name: str
    value: str | None = None


class TaskConnection(msgspec.Struct, frozen=True):
    """A data connection under the name that the artifact knows it by."""

    name: str
    connection: DataConnectionKey | None = None


class TaskResource(msgspec.Struct, frozen=True):
    """A file under the name that the artifact knows it by."""

    name: str
    resource_id: str


class TaskArtifact(msgspec.Struct, frozen=True):
    """Which version of which artifact a task runs."""

    artifact: ArtifactKey
    external_id: str
    name: str | None = None
    version: str | None = None


class AutoUpgrade(msgspec.Struct, frozen=True):
    """Whether a task takes a new version of its artifact by itself."""

    enabled: bool | None = None
    override_parameters: bool | None = None


class TaskDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """What a task is made of. `version` counts the changes of the task itself."""

    version: str | None = None
    artifact: TaskArtifact | None = None
    parameters: tuple[TaskParameter, ...] = ()
    connections: tuple[TaskConnection, ...] = ()
    resources: tuple[TaskResource, ...] = ()
    auto_upgrade: AutoUpgrade | None = None
