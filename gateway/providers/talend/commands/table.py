"""What can be changed at Talend: the tables of all nouns, joined."""

from gateway.domain.commands.command import Commands
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.definitions import DefinitionCommands
from gateway.providers.talend.commands.pipelines import PipelineCommands
from gateway.providers.talend.commands.pipelines_client import PipelinesClient
from gateway.providers.talend.commands.runs import RunCommands
from gateway.providers.talend.commands.schedules import ScheduleCommands
from gateway.providers.talend.executions import TalendExecutions
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.places import Places
from gateway.providers.talend.run_configs import RunConfigs
from gateway.providers.talend.runs_client import RunsClient


def commands_of(
    calls: TalendCalls,
    client: TalendClient,
    runs: RunsClient,
    origin: Origin,
    places: Places,
    configs: RunConfigs,
    executions: TalendExecutions,
    *,
    personal: bool,
) -> Commands:
    """All of them, by the type of the command. `personal` when the credential is a person's."""
    pipelines = PipelinesClient(calls)
    return {
        **RunCommands(runs, origin, executions).table(),
        **PipelineCommands(client, pipelines, origin, places).table(),
        **ScheduleCommands(client, pipelines, origin, places, configs).table(),
        **DefinitionCommands(calls, client, origin, places, projects=personal).table(),
    }
