"""What can be changed of definitions: projects, places, connections, artifacts, promotions."""

from gateway.domain.commands.command import Commands
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.artifacts import ArtifactCommands
from gateway.providers.talend.commands.data_connections import ConnectionCommands
from gateway.providers.talend.commands.definitions_client import DefinitionsClient
from gateway.providers.talend.commands.places import PlaceCommands
from gateway.providers.talend.commands.projects import ProjectCommands
from gateway.providers.talend.commands.promotion_runs import PromotionRunCommands
from gateway.providers.talend.commands.promotions import PromotionCommands
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.places import Places


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
