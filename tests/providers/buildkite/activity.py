"""Random histories of builds, newest first, for the planner of `newest_builds.py`."""

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
    return {
        "random": lambda: [1.0] * count,
        "zipf": lambda: [1 / rank for rank in ranks],
        "steep": lambda: [rank**-2.0 for rank in ranks],
        "exponential": lambda: [rng.expovariate(1) for _ in ranks],
        "heavy": lambda: [rng.lognormvariate(0, 2) for _ in ranks],
        "half silent": lambda: [1.0 if rng.random() < 0.5 else 0.0001 for _ in ranks],
        "rare": lambda: [1.0 if rng.random() < 0.2 else 0.05 for _ in ranks],
    }[kind]()


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
    found = {each: list(planner.result(str(each)).rows) for each in range(pipelines) if str(each) not in step.pipelines}
    for name in step.pipelines:
        found[int(name)] = naive(rows, int(name), first)
    return pages + len(step.pipelines), found


def naive(rows: list[int], pipeline: int, first: int) -> list[int]:
    return [place for place, each in enumerate(rows) if each == pipeline][:first]
