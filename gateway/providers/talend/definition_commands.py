"""What can be changed of definitions: projects, places, connections, artifacts, promotions."""

from gateway.domain.commands.command import Commands
from gateway.providers.talend.artifact_commands import ArtifactCommands
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.connection_commands import ConnectionCommands
from gateway.providers.talend.definitions_client import DefinitionsClient
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.place_commands import PlaceCommands
from gateway.providers.talend.places import Places
from gateway.providers.talend.project_commands import ProjectCommands
from gateway.providers.talend.promotion_commands import PromotionCommands
from gateway.providers.talend.promotion_run_commands import PromotionRunCommands


class DefinitionCommands:
    """`projects` when the credential is a person's: the vendor lets no service account near them."""

    def __init__(self, calls: TalendCalls, client: TalendClient, origin: Origin, places: Places, *, projects: bool) -> None:
        self._calls = calls
        self._client = client
        self._origin = origin
        self._places = places
        self._projects = projects

    def table(self) -> Commands:
        client, origin, places = self._client, self._origin, self._places
        definitions = DefinitionsClient(self._calls)
        return {
            **(ProjectCommands(client, definitions, origin).table() if self._projects else {}),
            **PlaceCommands(client, definitions, origin, places).table(),
            **ConnectionCommands(definitions, origin, places).table(),
            **ArtifactCommands(client, definitions, origin).table(),
            **PromotionCommands(client, definitions, origin, places).table(),
            **PromotionRunCommands(client, definitions, origin, self._calls.clock).table(),
        }
