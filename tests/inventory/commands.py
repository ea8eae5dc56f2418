"""Whether a vendor has what a path says of a mutation: by its table of commands, and by what it offers to destinations."""

import re

import msgspec

from gateway.domain.commands import COMMANDS
from gateway.domain.commands.command import Command, Handling
from gateway.domain.commands.destinations import DESTINATION_COMMANDS
from gateway.domain.commands.naming import camel_case, input_name
from gateway.domain.provider import Provider

_PATH = re.compile(r"Mutation\.(?P<call>\w+)(\(input\.(?P<member>\w+).*\))?|(?P<answer>\w+)Payload\b.*")
_BY_MUTATION = {command.mutation: command for command in COMMANDS}
_OF_THE_GATEWAY = {command.mutation for command in DESTINATION_COMMANDS}


def takes(provider: Provider, path: str) -> bool:
    """Also for a path that has nothing to do with mutations. What is below a member of the input is the schema's to know."""
    match = _PATH.fullmatch(path)
    if match is None:
        return True
    mutation = match["call"] or match["answer"][0].lower() + match["answer"][1:]
    if mutation in _OF_THE_GATEWAY:
        return _offers(provider, match["member"])
    command = _BY_MUTATION.get(mutation)
    if command is None or command not in provider.commands:
        return False
    return match["member"] is None or match["member"] in _members(command, provider.commands[command])


def _offers(provider: Provider, member: str | None) -> bool:
    """The gateway carries these out itself, for any vendor. Batches are for addresses, not for templates."""
    if member in ("manual", "batching"):
        return provider.calls is not None
    return member != "template" or bool(provider.templates)


def _members(command: type[Command], handling: Handling) -> set[str]:
    """Of the input, as the schema writes them: those that a client must give, and those that the vendor takes."""
    described = [field for field in msgspec.structs.fields(command) if field.required or field.name in handling.takes]
    members = {camel_case(input_name(field.name, field.type)) for field in described}
    if command.destroys:
        members.add("confirmName")
    if handling.options:
        members.add("vendorOptions")
    return members
