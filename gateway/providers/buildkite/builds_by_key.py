"""Many builds by their keys, in fewer calls than builds.

Keys carry the build's creation time, so a list of the time from the oldest key to the newest surely shows the newest one:
it never costs more than asking for that one, and shows up to 100. Keys without a time are asked for one by one.
"""

from collections.abc import Iterable, Mapping, Sequence

from gateway.domain.build import Build, BuildQuery
from gateway.domain.cursor import moment
from gateway.domain.errors import GatewayError
from gateway.domain.keys import BuildKey
from gateway.domain.page import RowFault
from gateway.providers.buildkite.batches import not_found, replaced
from gateway.providers.buildkite.build_filter import BuildFilter
from gateway.providers.buildkite.client import LARGEST_PAGE, BuildkiteClient
from gateway.providers.buildkite.keys import BuildPlace, build_place
from gateway.providers.buildkite.mapping import milliseconds, to_build
from gateway.providers.buildkite.rows import Listing, map_one, map_rows
from gateway.providers.buildkite.wire import WireBuild
from gateway.upstream.settle import Answers, settle

Found = Answers[BuildKey, Build]
Places = Mapping[BuildKey, BuildPlace]

FEWEST_PIPELINES = 4
"""From so many pipelines on the organization's own list is tried first."""
DENSE = 2
"""The keys of a pipeline lie close together when at most every second build between them is not asked for."""


async def builds_of_organization(client: BuildkiteClient, keys: Sequence[BuildKey]) -> Found:
    """An answer for each of the distinct `keys`, all of one organization. Never more calls than keys.

    Neighbouring builds of several pipelines, such as the newest ones of a dashboard, are looked for in the organization's
    list first; another page of it is read while the one before completed two pipelines.
    """
    places = {key: build_place(key) for key in keys}
    groups = _by_pipeline(keys, places)
    found: Found = {}
    completed = 2
    while completed >= 2 and len(groups) >= FEWEST_PIPELINES and _lie_close(groups.values(), places):
        left = [key for group in groups.values() for key in group]
        found |= await _from_list(client, None, left, places)
        before = len(groups)
        groups = _by_pipeline([key for key in left if key not in found], places)
        completed = before - len(groups)
    asked = await settle(groups, lambda pipeline: _of_pipeline(client, pipeline, groups[pipeline], places))
    for pipeline, group in groups.items():
        answer = asked[pipeline]
        found |= dict.fromkeys(group, answer) if isinstance(answer, GatewayError) else answer
    return found


async def build_by_number(client: BuildkiteClient, key: BuildKey) -> Build:
    """One call; NotFoundError also for another build under the number."""
    place = build_place(key)
    wire = await client.get_build(place.organization, place.pipeline, place.number)
    found = _same(key, place, map_one(wire, lambda row: to_build(row, client.provider, {}), client.provider))
    if isinstance(found, GatewayError):
        raise found
    return found


async def _of_pipeline(client: BuildkiteClient, pipeline: str, keys: Sequence[BuildKey], places: Places) -> Found:
    """The list is repeated for the rest as long as it answers several at once."""
    found: Found = {}
    timed = [key for key in keys if places[key].created_ms is not None]
    gain = 2
    while len(timed) >= 2 and gain >= 2:
        hits = await _from_list(client, pipeline, timed, places)
        found |= hits
        gain = len(hits)
        timed = [key for key in timed if key not in hits]
    left = [key for key in keys if key not in found]
    return found | await settle(left, lambda key: build_by_number(client, key))


async def _from_list(client: BuildkiteClient, pipeline: str | None, keys: Sequence[BuildKey], places: Places) -> Found:
    """What one page tells of the keys. A pipeline's list that fails answers them all with that; the organization's, none."""
    times = [created for key in keys if (created := places[key].created_ms) is not None]
    filters = BuildFilter(BuildQuery(created_from=moment(min(times) * 1000)))
    organization = places[keys[0]].organization
    try:
        listing = await client.list_builds(organization, pipeline, 1, LARGEST_PAGE, filters.pairs(max(times) + 1))
    except GatewayError as error:
        return {} if pipeline is None else dict.fromkeys(keys, error)
    return _judge(client.provider, keys, places, listing)


def _judge(provider: str, keys: Sequence[BuildKey], places: Places, listing: Listing[WireBuild]) -> Found:
    rows = map_rows(listing.rows, lambda wire: to_build(wire, provider, {}), provider)
    builds = {row.key.parts[1:3]: row for row in rows if isinstance(row, Build)}
    faults = {row.id: row.error for row in rows if isinstance(row, RowFault)}
    # Down to here the list is complete, so a key that is not in it is not there. (A row that cannot be read might be any.)
    depth = _depth(rows, more=listing.more) if not faults else None
    found: Found = {}
    for key in keys:
        place = places[key]
        build = builds.get((place.pipeline, str(place.number)))
        if build is not None:
            found[key] = _same(key, place, build)
        elif place.uuid in faults:
            found[key] = faults[place.uuid]
        elif depth is not None and place.created_ms is not None and place.created_ms > depth:
            found[key] = not_found(key, "build")
    return found


def _depth(rows: Sequence[Build | RowFault], *, more: bool) -> int | None:
    """Milliseconds: everything created after them is among the rows."""
    if not more:
        return -1
    return milliseconds(rows[-1].created_at) if rows and isinstance(rows[-1], Build) else None


def _same(key: BuildKey, place: BuildPlace, build: Build) -> Build | GatewayError:
    """NotFoundError when another build has the number: the pipeline was deleted and made anew."""
    return replaced(key, "build", "number") if place.uuid and place.uuid != build.external_id else build


def _by_pipeline(keys: Sequence[BuildKey], places: Places) -> dict[str, list[BuildKey]]:
    groups: dict[str, list[BuildKey]] = {}
    for key in keys:
        groups.setdefault(places[key].pipeline, []).append(key)
    return groups


def _lie_close(groups: Iterable[Sequence[BuildKey]], places: Places) -> bool:
    """Whether hardly another build of these pipelines lies between the keys: numbers count up within a pipeline."""
    asked = spanned = 0
    for group in groups:
        if any(places[key].created_ms is None for key in group):
            return False
        numbers = [places[key].number for key in group]
        asked += len(group)
        spanned += max(numbers) - min(numbers) + 1
    return spanned <= DENSE * asked
