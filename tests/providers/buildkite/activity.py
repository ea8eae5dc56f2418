"""Random histories of builds, newest first, for the planner of `newest_builds.py`."""

from collections.abc import Callable
from random import Random

from gateway.providers.buildkite.newest_builds import Fetch, NewestBuildsPlanner

PAGE = 100
ROWS = 6_000
KINDS = ("even", "random", "zipf", "steep", "exponential", "heavy", "half silent", "rare", "drift", "bursts", "short")


def history(kind: str, pipelines: int, others: int, rng: Random) -> list[int]:
    """The pipeline of each build. Numbers from `pipelines` on are pipelines that nobody asks for."""
    count = pipelines + others
    match kind:
        case "even":
            order = list(range(count))
            rng.shuffle(order)
            return [order[row % count] for row in range(ROWS)]
        case "short":
            return rng.choices(range(count), k=rng.randint(0, 600))
        case "drift":
            return _drifting(count, rng)
        case "bursts":
            return _in_bursts(count, rng)
    weights = _weights(kind, count, rng)
    return rng.choices(range(count), weights, k=ROWS)


def _weights(kind: str, count: int, rng: Random) -> list[float]:
    ranks = list(range(1, count + 1))
    rng.shuffle(ranks)
    weigh: dict[str, Callable[[int], float]] = {
        "random": lambda _: 1.0,
        "zipf": lambda rank: 1 / rank,
        "steep": lambda rank: rank**-2.0,
        "exponential": lambda _: rng.expovariate(1),
        "heavy": lambda _: rng.lognormvariate(0, 2),
        "half silent": lambda _: 1.0 if rng.random() < 0.5 else 0.0001,
        "rare": lambda _: 1.0 if rng.random() < 0.2 else 0.05,
    }
    return [weigh[kind](rank) for rank in ranks]


def _drifting(count: int, rng: Random) -> list[int]:
    weights = [rng.expovariate(1) for _ in range(count)]
    rows: list[int] = []
    while len(rows) < ROWS:
        rows += rng.choices(range(count), weights, k=PAGE)
        weights = [weight * rng.lognormvariate(0, 0.5) for weight in weights]
    return rows


def _in_bursts(count: int, rng: Random) -> list[int]:
    weights = [rng.expovariate(1) for _ in range(count)]
    rows: list[int] = []
    while len(rows) < ROWS:
        if rng.random() < 0.02:
            rows += [rng.randrange(count)] * rng.randint(20, 200)
        else:
            rows += rng.choices(range(count), weights, k=10)
    return rows


def run(rows: list[int], pipelines: int, first: int, *, told: bool) -> tuple[int, dict[int, list[int]]]:
    """(calls, places in `rows` of each pipeline's newest). `told`: the vendor says how many pages are left."""
    planner: NewestBuildsPlanner[int] = NewestBuildsPlanner([str(each) for each in range(pipelines)], first)
    pages = 0
    while not isinstance(step := planner.next_step(), Fetch):
        start = pages * PAGE
        page = [(str(pipeline), str(start + place), start + place) for place, pipeline in enumerate(rows[start : start + PAGE])]
        pages += 1
        left = -(-max(0, len(rows) - pages * PAGE) // PAGE)
        planner.take_page(page, more=left > 0, pages_left=left if told else None)
    own = naive(rows, pipelines, first)
    found = {each: list(planner.result(str(each)).rows) for each in range(pipelines) if str(each) not in step.pipelines}
    return pages + len(step.pipelines), {each: found.get(each, own[each]) for each in range(pipelines)}


def naive(rows: list[int], pipelines: int, first: int) -> dict[int, list[int]]:
    """What a list of each pipeline would give."""
    found: dict[int, list[int]] = {each: [] for each in range(pipelines)}
    for place, pipeline in enumerate(rows):
        newest = found.get(pipeline)
        if newest is not None and len(newest) < first:
            newest.append(place)
    return found
