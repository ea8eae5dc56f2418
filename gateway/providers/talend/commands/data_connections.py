"""Data connections are created, changed and removed. Values of encrypted parameters go to the vendor and nowhere else."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import UNSET, Raw, UnsetType

from gateway.domain.commands.command import Changed, Commands, JsonObject, Variable, handling
from gateway.domain.commands.data_connections import CreateDataConnection, DeleteDataConnection, UpdateDataConnection
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import DataConnectionKey
from gateway.providers.talend.asset_mapping import to_data_connection
from gateway.providers.talend.asset_wire import NOTHING
from gateway.providers.talend.commands.bodies import own_id
from gateway.providers.talend.commands.definitions_client import DefinitionsClient
from gateway.providers.talend.commands.refusals import names_are_taken
from gateway.providers.talend.hidden_values import is_secret
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.places import Places
from gateway.providers.talend.rows import UNREADABLE

Parameter = dict[str, Raw]
"""As the vendor sends it, and gets it back; what is encrypted is never decoded."""

_text: "msgspec.json.Decoder[str | None]" = msgspec.json.Decoder(str | None)


class ConnectionCommands:
    """Handlers, one for each command."""

    def __init__(self, definitions: DefinitionsClient, origin: Origin, places: Places) -> None:
        self._definitions = definitions
        self._origin = origin
        self._places = places

    def table(self) -> Commands:
        return dict(
            (
                handling(CreateDataConnection, self.create_data_connection, takes=("parameters",)),
                handling(UpdateDataConnection, self.update_data_connection, takes=("name", "parameters")),
                handling(DeleteDataConnection, self.delete_data_connection),
            )
        )

    async def create_data_connection(self, command: CreateDataConnection) -> Changed:
        workspace = own_id(command.workspace, self._origin, "workspace", "workspace")
        body: JsonObject = {
            "name": command.name,
            "workspaceId": workspace,
            "app": command.app,
            "parameters": [_given({}, each) for each in command.parameters],
        }
        try:
            with names_are_taken():
                row = await self._definitions.create_connection(body, _secrets(command.parameters))
        except InvalidInputError:
            # 404 is not among the documented answers: an unknown workspace may be a bad argument.
            if await self._places.has_workspace(workspace):
                raise
            raise self._origin.absent("workspace") from None
        created = to_data_connection(row, self._origin)
        return Changed(keys=(created.key,), values=(created,))

    async def update_data_connection(self, command: UpdateDataConnection) -> Changed:
        """What is encrypted stays so, whether it is said again or not. Who changes it at the same moment may lose."""
        connection = self._id(command.data_connection)
        # ASSUMED: a member that is left out stays, as no connection can be without a name; disproved by one that has lost its
        # parameters with a new name.
        body: JsonObject = {} if command.name is UNSET else {"name": command.name}
        given: tuple[Variable, ...] = () if isinstance(command.parameters, UnsetType) else command.parameters
        if given:
            present = (await self._definitions.read_settings(connection)).parameters or []
            given = _as_there(given, present)
            wanted = _changed(present, given)
            if msgspec.json.encode(wanted) != msgspec.json.encode(present):
                body["parameters"] = wanted
        if not body:
            return Changed(keys=(command.data_connection,))
        with names_are_taken():
            row = await self._definitions.update_connection(connection, body, _secrets(given))
        return Changed(keys=(command.data_connection,), values=(to_data_connection(row, self._origin),))

    async def delete_data_connection(self, command: DeleteDataConnection) -> Changed:
        await self._definitions.delete_connection(self._id(command.data_connection))
        return Changed(keys=(command.data_connection,))

    def _id(self, connection: DataConnectionKey) -> str:
        return own_id(connection, self._origin, "connection", "data_connection")


def _as_there(given: Iterable[Variable], present: Iterable[Parameter]) -> tuple[Variable, ...]:
    """With those encrypted that are encrypted there."""
    hidden = {_name(each) for each in present if _is_encrypted(each)}
    return tuple(msgspec.structs.replace(each, encrypted=each.encrypted or each.name in hidden) for each in given)


def _changed(present: Sequence[Parameter], given: Sequence[Variable]) -> list[Parameter]:
    """All parameters as they are to be: the vendor replaces the whole list.

    InvalidInputError when an encrypted one is not among the given: its value would have to be sent again, and nobody knows it.
    """
    # ASSUMED: given parameters take the place of all there were, and the cipher text of an encrypted one cannot be sent back;
    # disproved by one that is left out and survives, or by a cipher text that is taken for what it was made of.
    there = {_name(each): each for each in present}
    wanted = {each.name: each for each in given}
    lost = [name for name, each in there.items() if _is_encrypted(each) and name not in wanted]
    if lost:
        names = ", ".join(repr(name) for name in lost)
        raise InvalidInputError(
            f"Talend replaces all parameters at once, and values of encrypted ones cannot be read to be kept: give {names} too.",
            field="parameters",
        )
    kept = [_given(each, wanted[name]) if (name := _name(each)) is not None and name in wanted else each for each in present]
    return kept + [_given({}, each) for each in given if each.name not in there]


def _given(present: Parameter, variable: Variable) -> Parameter:
    values = {"name": variable.name, "value": variable.value, "encrypted": variable.encrypted}
    return {**present, **{name: Raw(msgspec.json.encode(value)) for name, value in values.items()}}


def _name(parameter: Parameter) -> str | None:
    try:
        return _text.decode(parameter.get("name", NOTHING))
    except UNREADABLE:
        return None


def _is_encrypted(parameter: Parameter) -> bool:
    return bytes(parameter.get("encrypted", NOTHING)) == b"true"


def _secrets(given: Iterable[Variable]) -> tuple[str, ...]:
    return tuple(each.value for each in given if each.encrypted or is_secret(each.name))
