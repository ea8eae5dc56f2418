"""What the parts of the generated tenant share: seeded ids, times before the start, look-up by name."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.identifiers import object_id, seeded, uuid4


@dataclass(slots=True)
class Maker:
    """Names are those of the tables, `Environment/Workspace` for a workspace."""

    tenant: Tenant
    workspaces: dict[str, str] = field(default_factory=dict)
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = seeded(self.tenant.seed, "definitions")

    def days_ago(self, days: float) -> datetime:
        return self.tenant.clock.start - timedelta(days=days)

    def object_id(self, days: float) -> str:
        return object_id(self._random, self.days_ago(days))

    def uuid(self) -> str:
        return uuid4(self._random)

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def environment(self, name: str) -> str:
        return _named(self.tenant.environments, name)

    def in_workspace(self, documents: dict[str, Document], place: str, name: str) -> str:
        """The id of the document with that name in that workspace."""
        workspace_id = self.workspaces[place]
        inside = {key: found for key, found in documents.items() if self.tenant.workspace_of(found)["id"] == workspace_id}
        return _named(inside, name)


def _named(documents: dict[str, Document], name: str) -> str:
    for key, document in documents.items():
        if document["name"] == name:
            return key
    raise KeyError(name)
