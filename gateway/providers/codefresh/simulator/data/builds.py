"""The history of builds."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from gateway.providers.codefresh.simulator.build import Build, BuildKey
from gateway.providers.codefresh.simulator.data.build_facts import BuildFacts
from gateway.providers.codefresh.simulator.data.lifecycles import Phases, finished, unfinished
from gateway.providers.codefresh.simulator.data.profiles import BARE, DELETED, AccountPlan
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.pipeline import Pipelines
from gateway.providers.codefresh.simulator.times import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

# Statuses of the newest builds, newest first, and positions of older builds that are not over either.
_UNFINISHED_NOW = (
    *("pending", "pending", "elected", "running", "delayed", "pending", "running", "terminating"),
    *("running", "elected", "pending-approval", "running", "delayed", "running", "pending", "running"),
    *("running", "terminating", "running", "pending-approval"),
)
_UNFINISHED_OLD = {60: "running", 150: "delayed", 210: "pending-approval", 280: "pending-approval"}
_UNFINISHED_OLD_MAX_AGE_MS = 6 * DAY_MS

# Builds at these positions, counted from the newest, share one millisecond: on the edges of common page sizes.
TIES = ((9, 11), (24, 26), (49, 51), (99, 101), (199, 202), (1_000, 1_003))
# The same, counted within the busiest pipeline.
PIPELINE_TIES = ((9, 11), (24, 26))


class _Row(NamedTuple):
    owner: int
    created_ms: int
    phases: Phases


def generate_builds(plan: AccountPlan, pipelines: Pipelines, start_ms: int, random: Random) -> list[Build]:
    """Oldest first. Even profile: finished builds, one every 20 minutes."""
    ids = ObjectIds(random)
    facts = BuildFacts(ids, random)
    if plan.uneven:
        times = _uneven_times(plan, start_ms, random)
        lifecycles = _uneven_lifecycles(times, start_ms, random)
        rows = [_Row(*row) for row in zip(plan.owners, times, lifecycles, strict=True)]
        _tie(rows, _places_of_busiest(rows), PIPELINE_TIES)
        rows.sort(key=lambda row: row.created_ms)
        _tie(rows, range(len(rows) - 1, -1, -1), TIES)
    else:
        gap_ms = plan.span_ms // len(plan.owners)
        first_ms = start_ms - plan.span_ms
        times = [first_ms + place * gap_ms + random.randrange(MINUTE_MS) for place in range(len(plan.owners))]
        rows = [
            _Row(owner, created_ms, finished(created_ms, start_ms, random))
            for owner, created_ms in zip(plan.owners, times, strict=True)
        ]
    build_ids = _ids_out_of_order([row.created_ms for row in rows], ids)
    builds = []
    for sequence, (owner, created_ms, phases) in enumerate(rows):
        pipeline = None if owner in (BARE, DELETED) else pipelines.all[owner]
        deleted_id = pipelines.all[0].id[:8] + "dead" * 4 if owner == DELETED else None
        builds.append(
            Build(
                id=build_ids[sequence],
                key=BuildKey(created_ms, sequence),
                phases=phases,
                facts=facts.of(pipeline, phases, deleted_id=deleted_id, plain=not plan.uneven),
                step_names=() if pipeline is None else pipeline.step_names,
                needs_license=random.random() < 0.3,
            )
        )
    return builds


def _uneven_times(plan: AccountPlan, start_ms: int, random: Random) -> list[int]:
    """Ascending; the unfinished ones at the end are 1 to 30 minutes old."""
    settled = len(plan.owners) - len(_UNFINISHED_NOW)
    oldest_ms, newest_ms = start_ms - plan.span_ms, start_ms - 3 * HOUR_MS
    times = sorted(random.randint(oldest_ms, newest_ms) for _ in range(settled))
    recent = sorted(start_ms - random.randint(MINUTE_MS, 30 * MINUTE_MS) for _ in _UNFINISHED_NOW)
    return times + recent


def _uneven_lifecycles(times: Sequence[int], start_ms: int, random: Random) -> list[Phases]:
    lifecycles = []
    for place, created_ms in enumerate(times):
        position = len(times) - 1 - place
        status = _UNFINISHED_OLD.get(position)
        if position < len(_UNFINISHED_NOW):
            lifecycles.append(unfinished(_UNFINISHED_NOW[position], created_ms, start_ms, random))
        elif status is not None and created_ms > start_ms - _UNFINISHED_OLD_MAX_AGE_MS:
            lifecycles.append(unfinished(status, created_ms, start_ms, random))
        else:
            lifecycles.append(finished(created_ms, start_ms - SECOND_MS, random))
    return lifecycles


def _places_of_busiest(rows: Sequence[_Row]) -> list[int]:
    """Newest first."""
    counts = Counter(row.owner for row in rows)
    busiest = max(counts, key=lambda owner: (counts[owner], -owner))
    return [place for place in range(len(rows) - 1, -1, -1) if rows[place].owner == busiest]


def _tie(rows: list[_Row], places: Sequence[int], groups: Sequence[tuple[int, int]]) -> None:
    """Gives the builds of each group the creation time of the oldest of them."""
    for first, last in groups:
        if last >= len(places):
            continue
        tied_ms = rows[places[last]].created_ms
        for place in places[first : last + 1]:
            queued, *later = rows[place].phases
            phases = (queued._replace(at_ms=tied_ms), *later)
            rows[place] = rows[place]._replace(created_ms=tied_ms, phases=phases)


def _ids_out_of_order(times: Sequence[int], ids: ObjectIds) -> list[str]:
    """Ids of tied builds are in no order that the list has."""
    minted = [ids.mint(created_ms) for created_ms in times]
    first = 0
    while first < len(times):
        after = first + 1
        while after < len(times) and times[after] == times[first]:
            after += 1
        if after - first > 1:
            group = sorted(minted[first:after])
            # Rising in list order from the newest for pairs, neither rising nor falling for more.
            minted[first:after] = [*group[1::2], *group[0::2]] if after - first > 2 else group[::-1]
        first = after
    return minted
