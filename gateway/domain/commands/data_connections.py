"""Commands about data connections. The values of encrypted settings go to the vendor and nowhere else."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Command, Variable
from gateway.domain.keys import DataConnectionKey, WorkspaceKey


class CreateDataConnection(Command, frozen=True, kw_only=True):
    """Creates a connection. `app` is the vendor's word for the kind of system."""

    mutation: ClassVar[str] = "createDataConnection"
    subject_field: ClassVar[str] = "workspace"

    workspace: WorkspaceKey
    name: str
    app: str
    parameters: tuple[Variable, ...] = ()


class UpdateDataConnection(Command, frozen=True, kw_only=True):
    """Changes parts of a connection. UNSET stays as it is; of `parameters`, those that are named get a new value, others stay."""

    mutation: ClassVar[str] = "updateDataConnection"
    subject_field: ClassVar[str] = "data_connection"

    data_connection: DataConnectionKey
    name: str | UnsetType = UNSET
    parameters: tuple[Variable, ...] | UnsetType = UNSET


class DeleteDataConnection(Command, frozen=True, kw_only=True):
    """Removes a connection for good."""

    mutation: ClassVar[str] = "deleteDataConnection"
    subject_field: ClassVar[str] = "data_connection"

    data_connection: DataConnectionKey
