"""Whether a vendor's table of commands has what a path says of a mutation."""

import os
import re
from collections.abc import Mapping
from unittest.mock import patch

import msgspec

from gateway.app import assemble
from gateway.cli.demo_environment import DEMO_CONFIG, demo_environment
from gateway.cli.simulators import Address, definitions
from gateway.domain.commands import COMMANDS
from gateway.domain.commands.command import Command, Commands, Handling
from gateway.domain.commands.naming import camel_case, input_name
from gateway.domain.provider import Provider
from gateway.settings import load_settings

_PATH = re.compile(r"Mutation\.(?P<call>\w+)(\(input\.(?P<member>\w+).*\))?|(?P<answer>\w+)Payload\b.*")
_BY_MUTATION = {command.mutation: command for command in COMMANDS}


def providers() -> Mapping[str, Provider]:
    """One of each vendor, by kind, made as the demonstration has them. Making them calls nobody."""
    addresses = [Address(each.kind, f"http://127.0.0.1:{each.default_port}{each.base_path}", "unused") for each in definitions()]
    with patch.dict(os.environ, demo_environment(addresses)):
        made = assemble(load_settings(DEMO_CONFIG)).providers
    return {each.kind.value: each for each in made.values()}


def takes(commands: Commands, path: str) -> bool:
    """Also for a path that has nothing to do with mutations. What is below a member of the input is the schema's to know."""
    match = _PATH.fullmatch(path)
    if match is None:
        return True
    command = _BY_MUTATION.get(match["call"] or match["answer"][0].lower() + match["answer"][1:])
    if command is None or command not in commands:
        return False
    return match["member"] is None or match["member"] in _members(command, commands[command])


def _members(command: type[Command], handling: Handling) -> set[str]:
    """Of the input, as the schema writes them: those that a client must give, and those that the vendor takes."""
    described = [field for field in msgspec.structs.fields(command) if field.required or field.name in handling.takes]
    members = {camel_case(input_name(field.name, field.type)) for field in described}
    if command.destroys:
        members.add("confirmName")
    if handling.options:
        members.add("vendorOptions")
    return members
