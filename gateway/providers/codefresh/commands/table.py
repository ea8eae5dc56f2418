"""All that can be changed at Codefresh, in one table."""

from gateway.domain.commands.command import Commands
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.commands.client import CommandClient
from gateway.providers.codefresh.commands.contexts import ContextCommands
from gateway.providers.codefresh.commands.event_triggers import EventTriggers
from gateway.providers.codefresh.commands.pipelines import PipelineCommands
from gateway.providers.codefresh.commands.projects import ProjectCommands
from gateway.providers.codefresh.commands.runs import RunCommands
from gateway.providers.codefresh.commands.saving import PipelineSaver
from gateway.providers.codefresh.commands.triggers import TriggerCommands
from gateway.providers.codefresh.keys import Origin


def commands_of(client: CodefreshClient, origin: Origin) -> Commands:
    """Nothing of what they read is kept: the next reader sees what they did."""
    commands = CommandClient(client.upstream)
    saver = PipelineSaver(commands, origin)
    events = EventTriggers(client, commands, saver, origin)
    return {
        **RunCommands(client, commands, origin).table(),
        **PipelineCommands(client, commands, saver, origin).table(),
        **TriggerCommands(client, saver, events, origin).table(),
        **ProjectCommands(client, commands, origin).table(),
        **ContextCommands(commands, origin).table(),
    }
