"""A pipeline query in Codefresh's words: what the vendor filters, and what is left for the gateway."""

from gateway.domain.pipeline import Pipeline, PipelineKind, PipelineQuery
from gateway.providers.codefresh.keys import id_in
from gateway.providers.codefresh.pipeline_search import searchable

ANY_PROJECT = ""


class PipelineFilter:
    """`checks`: rows have to be compared here. `applied_locally` names the filters that the vendor did not see."""

    def __init__(self, query: PipelineQuery) -> None:
        self._query = query
        self._name = None if query.name_contains is None else query.name_contains.casefold()
        self._repository = None if query.repository_contains is None else query.repository_contains.casefold()
        self._tags = frozenset(query.tags or ())
        self._searched = query.name_contains if query.name_contains is not None and searchable(query.name_contains) else None
        self.projects: list[str] = [ANY_PROJECT]
        if query.projects is not None:
            self.projects = list(dict.fromkeys(found for key in query.projects if (found := id_in(key)) is not None))
        self.checks = self._name is not None or self._repository is not None or bool(self._tags)
        self.applied_locally = (
            *(("name_contains",) if self._name is not None and self._searched is None else ()),
            *(("repository_contains",) if self._repository is not None else ()),
            *(("tags",) if len(self._tags) > 1 else ()),
        )

    @property
    def matches_nothing(self) -> bool:
        """The vendor does not put pipelines away: all are in use. It has CI pipelines only, and no environments."""
        query = self._query
        return (
            query.archived is True
            or query.tags == ()
            or not self.projects
            or query.environments is not None
            or query.tasks is not None
            or (query.pipeline_kinds is not None and PipelineKind.CI not in query.pipeline_kinds)
        )

    def pairs(self, project: str) -> list[tuple[str, str]]:
        pairs = [("projectId", project)] if project != ANY_PROJECT else []
        if self._searched is not None:
            # ASSUMED: `id` finds what is a part of the full name, in any case; disproved by a pipeline `shop/deploy` that a
            # search for `Deploy` does not find.
            pairs.append(("id", self._searched))
        if len(self._tags) == 1:
            # Of several tags the vendor may want all, where any is meant.
            pairs.append(("labels[tags]", next(iter(self._tags))))
        return pairs

    def keep(self, pipeline: Pipeline) -> bool:
        """Everything is compared again: a search may find more than a part of the name."""
        repository = pipeline.repository.url.casefold() if pipeline.repository is not None else ""
        return (
            (self._name is None or self._name in pipeline.name.casefold())
            and (self._repository is None or self._repository in repository)
            and (not self._tags or not self._tags.isdisjoint(pipeline.tags))
        )
