"""Builds of a repository: rows of builds do not name theirs, but pipelines do, and the vendor can search those by it."""

from contextlib import aclosing

import msgspec

from gateway.domain.build import BuildQuery
from gateway.domain.build_match import repository_matches
from gateway.domain.keys import PipelineKey
from gateway.domain.page import RowFault
from gateway.domain.pipeline import PipelineQuery
from gateway.providers.buildkite.client import LARGEST_PAGE
from gateway.providers.buildkite.pipelines import BuildkitePipelines

NO_WANT: frozenset[str] = frozenset()


async def by_pipelines(pipelines: BuildkitePipelines, query: BuildQuery) -> BuildQuery:
    """The same query with pipelines in place of repositories. Costs one call or more for each repository and organization."""
    if not query.repositories:
        return query
    found: dict[PipelineKey, None] = {}
    for repository in query.repositories:
        search = PipelineQuery(workspaces=query.workspaces, repository_contains=_short(repository))
        async with aclosing(pipelines.stream_pipelines(search, None, LARGEST_PAGE, NO_WANT)) as chunks:
            async for chunk in chunks:
                for pipeline in chunk.items:
                    if isinstance(pipeline, RowFault):
                        raise pipeline.error  # it may be of this repository
                    if pipeline.repository is not None and repository_matches(pipeline.repository.url, (repository,)):
                        found[pipeline.key] = None
    keys = tuple(key for key in found if query.pipelines is None or _place(key) in {_place(each) for each in query.pipelines})
    return msgspec.structs.replace(query, pipelines=keys, repositories=None)


def _place(key: PipelineKey) -> tuple[str, ...]:
    return key.parts[:2]


def _short(repository: str) -> str:
    """What every way of writing the address has in common: `owner/name`."""
    words = repository.removesuffix("/").removesuffix(".git").replace(":", "/").split("/")
    return "/".join(words[-2:])
