"""From when, and in which dialect, runs are looked at."""

from dataclasses import dataclass
from datetime import datetime

from gateway.providers.talend.simulator.settings import SimulatorSettings

DEFAULT_API_VERSION = "2021-03"
_SHOWS_API_VERSION = "2026-01"


@dataclass(frozen=True, slots=True)
class Reading:
    """What every document about a run depends on besides the run."""

    now: datetime
    settings: SimulatorSettings
    api_version: str = DEFAULT_API_VERSION  # as the request chose it

    @property
    def shows_api_version(self) -> bool:
        """Run objects carry `apiVersion` from this version of the API on."""
        # ASSUMED: it is the version of the read that counts, and the value is that of the run call; disproved by a read
        # with an older version that shows it.
        return self.api_version >= _SHOWS_API_VERSION
