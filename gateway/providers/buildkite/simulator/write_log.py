"""Which writes took effect, whatever answer the client saw: faults spoil answers, not these records."""

import msgspec

from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.simulation.messages import Response

MAX_WRITES = 50_000


class Write(msgspec.Struct, frozen=True):
    """One accepted write. `route` is the template below the base path, `body` what was sent."""

    method: str
    route: str
    raw_path: str
    status: int
    token_uuid: str
    body: dict[str, object]


class WriteLog:
    """Hold the world's lock to read it while requests run."""

    def __init__(self) -> None:
        self._writes: list[Write] = []

    @property
    def writes(self) -> list[Write]:
        """A copy, oldest first; only the last 50,000 are kept."""
        return list(self._writes)

    def clear(self) -> None:
        self._writes.clear()

    def record(self, x: Exchange, route: Route, response: Response) -> None:
        """Reads and refusals are left out."""
        if route.method in ("GET", "HEAD") or response.status >= 300:
            return
        request = x.request
        self._writes.append(Write(request.method, route.template, request.raw_path, response.status, x.token.uuid, dict(x.body)))
        del self._writes[:-MAX_WRITES]
