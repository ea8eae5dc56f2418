"""What a table of commands comes to, in the words in which providers tell what they can."""

from collections.abc import Mapping

from gateway.domain.commands import COMMANDS
from gateway.domain.commands.command import Command, Commands
from gateway.domain.provider import Capability


def command_capabilities(commands: Commands, notes: Mapping[type[Command], str] | None = None) -> tuple[Capability, ...]:
    """A row for every command there is. `notes` tell limits, or what to use instead."""
    told = notes or {}
    return tuple(Capability(command.mutation, command in commands, told.get(command)) for command in COMMANDS)
