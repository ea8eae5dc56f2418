"""Run configurations."""

from collections.abc import Sequence

from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Want
from gateway.domain.run_configuration import RunConfiguration
from gateway.providers.talend.keys import pipeline_ids
from gateway.providers.talend.run_configs import RunConfigs
from gateway.providers.talend.schedule_mapping import to_run_configuration
from gateway.upstream.settle import answer_checked, answer_each


class TalendRunConfigurations:
    """A RunConfigurationReader."""

    def __init__(self, configs: RunConfigs) -> None:
        self._configs = configs

    async def run_configurations_of(
        self, pipelines: Sequence[PipelineKey], want: Want
    ) -> list[RunConfiguration | GatewayError | None]:
        """A call each. None when it is not configured; the vendor says the same of one that is gone."""

        def check(key: PipelineKey) -> None:
            pipeline_ids(key)

        return await answer_checked(pipelines, check, lambda ours: answer_each(ours, self._get))

    async def _get(self, pipeline: PipelineKey) -> RunConfiguration | None:
        place = pipeline_ids(pipeline)
        config = None if place is None else await self._configs.get(place)
        return None if config is None else to_run_configuration(config)
