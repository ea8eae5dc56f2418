"""The filters of the build list."""

from dataclasses import dataclass

from gateway.providers.codefresh.simulator.build import STATUSES, Build
from gateway.providers.codefresh.simulator.errors import bad_request
from gateway.providers.codefresh.simulator.object_ids import is_object_id
from gateway.providers.codefresh.simulator.query import Query
from gateway.providers.codefresh.simulator.times import DAY_MS

TRIGGERS = ("build", "launch-image", "launch-composition")

# Query parameter -> key of the build that one of its values must equal.
_EQUAL = {
    "trigger": "trigger",
    "revision": "revision",
    "branchName": "branchName",
    "pipelineTriggerId": "pipelineTriggerId",
}


@dataclass(frozen=True, slots=True)
class BuildFilter:
    """Values of one parameter are alternatives; different parameters must all hold."""

    pipelines: frozenset[str]
    statuses: frozenset[str]
    equal: tuple[tuple[str, frozenset[str]], ...]
    from_ms: int | None
    before_ms: int | None
    now_ms: int

    @classmethod
    def read(cls, query: Query, now_ms: int) -> "BuildFilter":
        """Unknown statuses, unknown triggers and pipelines that are no id are 400."""
        # ASSUMED: both lists are closed, and a pipeline name is an error; disproved by a 200 for other values.
        _refuse_others("status", query.texts("status"), STATUSES)
        _refuse_others("trigger", query.texts("trigger"), TRIGGERS)
        pipelines = frozenset(query.texts("pipeline"))
        for pipeline in pipelines:
            if not is_object_id(pipeline):
                raise bad_request(f"pipeline must be an id, got {pipeline!r}")
        equal = tuple((key, frozenset(query.texts(name))) for name, key in _EQUAL.items() if query.texts(name))
        # Days are UTC: from 00:00 of startDate on.
        # ASSUMED: endDate includes its whole day; disproved by a build of that day missing from a real list.
        end_day_ms = query.day_ms("endDate")
        return cls(
            pipelines=pipelines,
            statuses=frozenset(query.texts("status")),
            equal=equal,
            from_ms=query.day_ms("startDate"),
            before_ms=None if end_day_ms is None else end_day_ms + DAY_MS,
            now_ms=now_ms,
        )

    def matches(self, build: Build) -> bool:
        created_ms = build.key.created_ms
        if self.from_ms is not None and created_ms < self.from_ms:
            return False
        if self.before_ms is not None and created_ms >= self.before_ms:
            return False
        if self.pipelines and build.pipeline_id not in self.pipelines:
            return False
        if self.statuses and build.status_at(self.now_ms) not in self.statuses:
            return False
        return all(build.facts.get(key) in values for key, values in self.equal)


def _refuse_others(name: str, values: list[str], known: tuple[str, ...]) -> None:
    for value in values:
        if value not in known:
            raise bad_request(f"{name} must be one of {', '.join(known)}, got {value!r}")
