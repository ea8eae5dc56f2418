"""Which of the vendor's run lists a query comes down to."""

from collections.abc import Sequence

from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import PipelineKey, WorkspaceKey
from gateway.domain.page import RowFault
from gateway.domain.pipeline import PipelineQuery, PipelineReader
from gateway.providers.talend.execution_filter import RunList
from gateway.providers.talend.keys import PipelineWord, pipeline_ids
from gateway.providers.talend.places import Places

FEW = 5
"""So many pipelines are looked at one by one to learn where they are; for more the lists of what is there are read."""
_WANT = frozenset({"workspace"})
_PAGE = 100


class ExecutionScope:
    """The lists of single tasks and plans know no place, those of all know nothing else."""

    def __init__(self, pipelines: PipelineReader, places: Places) -> None:
        self._pipelines = pipelines
        self._places = places

    async def lists(self, query: ExecutionQuery, kinds: Sequence[PipelineWord]) -> list[RunList]:
        """None of them when nothing can match. InvalidInputError for a damaged key."""
        if query.pipelines is None:
            return await self.mixed(query, kinds)
        named = {key: found for key in query.pipelines if (found := pipeline_ids(key)) is not None and found[0] in kinds}
        inside = await self.narrowed(query, list(named))
        return [RunList(*named[key]) for key in inside]

    async def mixed(self, query: ExecutionQuery, kinds: Sequence[PipelineWord]) -> list[RunList]:
        """The lists of all tasks or plans of the query's places."""
        scopes = await self._places.scopes(query.workspaces, query.environments)
        return [RunList(kind, place=tuple(scope.filters)) for kind in kinds for scope in scopes]

    async def narrowed(self, query: ExecutionQuery, pipelines: Sequence[PipelineKey]) -> list[PipelineKey]:
        """Those in the query's places. Costs nothing when it names none."""
        if (query.workspaces is None and query.environments is None) or not pipelines:
            return list(pipelines)
        inside = await (self._looked_at(query, pipelines) if len(pipelines) <= FEW else self._listed(query))
        return [key for key in pipelines if key in inside]

    async def _looked_at(self, query: ExecutionQuery, pipelines: Sequence[PipelineKey]) -> frozenset[PipelineKey]:
        there = None if query.environments is None else await self._places.inside(query.environments)

        def is_wanted(workspace: WorkspaceKey) -> bool:
            return (query.workspaces is None or workspace in query.workspaces) and (there is None or there.has(workspace.parts[0]))

        inside: set[PipelineKey] = set()
        for key, found in zip(pipelines, await self._pipelines.get_pipelines(pipelines, _WANT), strict=True):
            if isinstance(found, GatewayError):
                if not isinstance(found, NotFoundError):
                    raise found  # without it the answer would lack runs and not say so
            elif found.workspace is not None and is_wanted(found.workspace):
                inside.add(key)
        return frozenset(inside)

    async def _listed(self, query: ExecutionQuery) -> frozenset[PipelineKey]:
        places = PipelineQuery(workspaces=query.workspaces, environments=query.environments)
        inside: set[PipelineKey] = set()
        async for chunk in self._pipelines.stream_pipelines(places, None, _PAGE, _WANT):
            for item in chunk.items:
                if isinstance(item, RowFault):
                    raise item.error
                inside.add(item.key)
        return frozenset(inside)
