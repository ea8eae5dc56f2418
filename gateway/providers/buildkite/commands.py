"""What can be changed at Buildkite. Each noun's handlers are in a file of their own."""

from gateway.domain.commands.command import Commands
from gateway.providers.buildkite.agent_commands import AgentCommands
from gateway.providers.buildkite.annotation_commands import AnnotationCommands
from gateway.providers.buildkite.client import BuildkiteClient
from gateway.providers.buildkite.job_commands import JobCommands
from gateway.providers.buildkite.organizations import BuildkiteOrganizations
from gateway.providers.buildkite.pipeline_commands import PipelineCommands
from gateway.providers.buildkite.run_commands import RunCommands

_HANDLERS = (RunCommands, JobCommands, PipelineCommands, AnnotationCommands, AgentCommands)


def commands_of(client: BuildkiteClient, organizations: BuildkiteOrganizations) -> Commands:
    """The table of one account."""
    return dict(entry for handlers in _HANDLERS for entry in handlers(client, organizations).entries())
