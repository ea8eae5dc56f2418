"""What can be changed at Buildkite. Each noun's handlers are in a file of their own."""

from gateway.domain.commands.command import Commands
from gateway.providers.buildkite.client import BuildkiteClient
from gateway.providers.buildkite.commands.agents import AgentCommands
from gateway.providers.buildkite.commands.annotations import AnnotationCommands
from gateway.providers.buildkite.commands.jobs import JobCommands
from gateway.providers.buildkite.commands.pipelines import PipelineCommands
from gateway.providers.buildkite.commands.runs import RunCommands
from gateway.providers.buildkite.organizations import BuildkiteOrganizations

_HANDLERS = (RunCommands, JobCommands, PipelineCommands, AnnotationCommands, AgentCommands)


def commands_of(client: BuildkiteClient, organizations: BuildkiteOrganizations) -> Commands:
    """The table of one account."""
    return dict(entry for handlers in _HANDLERS for entry in handlers(client, organizations).entries())
