"""What is asked. Each query says how many items its answer must hold, so that a wrong answer is never measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.client import Connection, request_of

BUILD = "number externalId status branch commit message createdAt startedAt finishedAt"
PIPELINES = 50
BUILDS_EACH = 10
BY_ID = 100

FLOOR = "{ __typename }"
ONE_PIPELINE = "pipeline(by: {id: $%s}) { id slug name builds(first: 10) { nodes { %s } pageInfo { hasNextPage } } }"
MANY_PIPELINES = "pipelines(first: %d, filter: {kinds: [%s]}) { nodes { %s builds(first: 10) { nodes { %s } %s } } }"
NEWEST = "query { builds(first: 100) { nodes { id %s } pageInfo { hasNextPage endCursor } } }"
IDS = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Build { %s } } }"


@dataclass(frozen=True, slots=True)
class Query:
    """`items` is how often `marker` must occur in the answer."""

    name: str
    about: str
    request: bytes
    marker: bytes
    items: int

    def check(self, answer: bytes) -> None:
        """RuntimeError unless the answer is whole and without errors."""
        found = answer.count(self.marker)
        if not answer.startswith(b'{"data"') or found != self.items:
            raise RuntimeError(f"{self.name}: {found} items instead of {self.items}: {answer[:600]!r}")


async def queries(connection: Connection, kinds: Sequence[str]) -> list[Query]:
    """The queries for a gateway in front of these vendors; with two, each gives half of what is asked for."""
    share = PIPELINES // len(kinds)
    pipelines: dict[str, object] = {f"p{place}": await _newest_pipeline(connection, kind) for place, kind in enumerate(kinds)}
    ids = [each for kind in kinds for each in await _scattered_builds(connection, kind, BY_ID // len(kinds))]
    found = b'"createdAt":'
    return [
        Query("floor", FLOOR, request_of(FLOOR), b"Query", 1),
        Query(
            "Q1",
            f"one pipeline{'' if len(kinds) == 1 else ' of each'}, 10 builds",
            request_of(_one_pipeline(kinds), pipelines),
            found,
            BUILDS_EACH * len(kinds),
        ),
        Query(
            "Q2",
            f"{PIPELINES} pipelines, 10 builds each",
            request_of(_many_pipelines(kinds, share, "id slug name", BUILD, "pageInfo { hasNextPage } outcomes { status }")),
            found,
            PIPELINES * BUILDS_EACH,
        ),
        Query(
            "Q2 ids",
            "the same, ids alone",
            request_of(_many_pipelines(kinds, share, "id", "id", "")),
            b'"id":',
            PIPELINES * (BUILDS_EACH + 1),
        ),
        Query("Q3", "the newest 100 builds", request_of(NEWEST % BUILD), found, 100),
        Query("Q4", f"{BY_ID} builds by id, 4 of a pipeline", request_of(IDS % BUILD, {"ids": ids}), found, BY_ID),
    ]


def _one_pipeline(kinds: Sequence[str]) -> str:
    names = [f"p{place}" for place in range(len(kinds))]
    fields = " ".join(f"{name}: {ONE_PIPELINE % (name, BUILD)}" for name in names)
    return f"query ({', '.join(f'${name}: ID!' for name in names)}) {{ {fields} }}"


def _many_pipelines(kinds: Sequence[str], share: int, own: str, build: str, more: str) -> str:
    fields = (f"{kind}: {MANY_PIPELINES % (share, kind.upper(), own, build, more)}" for kind in kinds)
    return f"query {{ {' '.join(fields)} }}"


async def _newest_pipeline(connection: Connection, kind: str) -> str:
    data = await connection.data(f"{{ pipelines(first: 1, filter: {{kinds: [{kind.upper()}]}}) {{ nodes {{ id }} }} }}")
    return data["pipelines"]["nodes"][0]["id"]


async def _scattered_builds(connection: Connection, kind: str, count: int) -> list[str]:
    """Four of each pipeline, none among its newest sixteen."""
    query = "pipelines(first: 25, filter: {kinds: [%s]}) { nodes { builds(first: 20) { nodes { id } } } }"
    data = await connection.data(f"{{ {query % kind.upper()} }}")
    lists = [[build["id"] for build in node["builds"]["nodes"]] for node in data["pipelines"]["nodes"]]
    return [build for builds in lists for build in builds[-4:]][:count]
