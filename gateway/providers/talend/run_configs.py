"""Run configurations as the vendor has them, read once for timetables and configurations that are asked for together."""

from gateway.domain.errors import NotFoundError
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import PipelineWord
from gateway.providers.talend.schedule_wire import RunConfig
from gateway.upstream.shared_calls import SharedCalls


class RunConfigs:
    """None for a pipeline that is not configured."""

    def __init__(self, client: TalendClient) -> None:
        self._client = client
        self._shared: SharedCalls[tuple[PipelineWord, str], RunConfig | None] = SharedCalls(self._read)

    async def get(self, pipeline: tuple[PipelineWord, str]) -> RunConfig | None:
        return await self._shared.get(pipeline)

    def forget(self) -> None:
        """After a write: what is being read was asked for before it."""
        self._shared = SharedCalls(self._read)

    async def _read(self, pipeline: tuple[PipelineWord, str]) -> RunConfig | None:
        # ASSUMED: what was never configured is 404; disproved by a 200 with an empty or a manual configuration (which would
        # be shown as such).
        try:
            return await self._client.get_run_config(*pipeline)
        except NotFoundError:
            return None
