"""One pipeline, and what the next runs of it are scripted to do."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from gateway.providers.nuvo.simulator.documents import Document
from gateway.providers.nuvo.simulator.execution import Ending, outer_time
from gateway.providers.nuvo.simulator.identities import Identity
from gateway.providers.nuvo.simulator.settings import SimulatorSettings

Source = Literal["HTTP", "S3", "FTP", "SFTP", "EMAIL"]
FILE_SOURCES = frozenset({"S3", "FTP", "SFTP"})
"""Sources that may hold any number of files, each of which becomes an execution."""


@dataclass(slots=True)
class Script:
    """What runs to come do. None leaves it to chance; `endings` are used up one after the other."""

    files: int | None = None
    endings: list[Ending] = field(default_factory=list)
    seconds: float | None = None


@dataclass(slots=True, eq=False)
class Pipeline:
    id: str
    name: str
    active: bool
    source: Source
    owner: Identity
    configuration_id: str
    input_connector: str
    output_connector: str
    tdm: str
    created_at: datetime
    updated_at: datetime
    updated_by: Identity
    frequency: str | None = None
    developer_mode: bool = False
    error_threshold: int = 10
    script: Script = field(default_factory=Script)

    def plain(self) -> Document:
        """What filters and sorts see."""
        return {
            "id": self.id,
            "name": self.name,
            "active": self.active,
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
            "created_by": self.owner.document(),
            "updated_by": self.updated_by.document(),
            "configuration": {"id": self.configuration_id, "developer_mode": self.developer_mode},
        }

    def row(self, settings: SimulatorSettings) -> Document:
        """As a list has it."""
        if settings.pipeline_rows == "full":
            return self.document(settings)
        return {
            "id": self.id,
            "name": self.name,
            "active": self.active,
            "created_at": outer_time(self.created_at, settings),
        }

    def document(self, settings: SimulatorSettings) -> Document:
        """As a single read has it."""
        # ASSUMED: its members beyond the body of an update; disproved by a recorded answer.
        return {
            "id": self.id,
            "name": self.name,
            "active": self.active,
            "created_at": outer_time(self.created_at, settings),
            "created_by": self.owner.document(),
            "updated_at": outer_time(self.updated_at, settings),
            "updated_by": self.updated_by.document(),
            "configuration": self._configuration(),
        }

    def _configuration(self) -> Document:
        configuration: Document = {
            "id": self.configuration_id,
            "input_connectors": [self.input_connector],
            "output_connectors": [self.output_connector],
            "mapping_config": {
                "mode": "DEFAULT",
                "mappings": [{"source_columns": ["mail"], "target_column": "email", "transformations": []}],
            },
            "tdm": self.tdm,
            "error_config": {"error_threshold": self.error_threshold},
            "developer_mode": self.developer_mode,
        }
        if self.frequency is not None:
            configuration["schedule_config"] = {"frequency": self.frequency, "interval": 1}
        return configuration
