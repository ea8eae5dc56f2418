"""Many builds of one pipeline by their keys, in fewer calls than builds."""

from collections.abc import Mapping, Sequence
from functools import partial

from gateway.domain.build import Build, BuildQuery
from gateway.domain.cursor import moment
from gateway.domain.errors import GatewayError
from gateway.domain.keys import BuildKey
from gateway.domain.page import RowFault
from gateway.providers.buildkite.batches import not_found, settle
from gateway.providers.buildkite.build_filter import BuildFilter
from gateway.providers.buildkite.client import LARGEST_PAGE, BuildkiteClient
from gateway.providers.buildkite.keys import BuildPlace, build_place
from gateway.providers.buildkite.mapping import milliseconds, to_build
from gateway.providers.buildkite.rows import Listing, map_one, map_rows
from gateway.providers.buildkite.wire import WireBuild

Answers = dict[BuildKey, Build | GatewayError]


async def builds_of_pipeline(client: BuildkiteClient, keys: Sequence[BuildKey]) -> Answers:
    """An answer for each of the distinct `keys`, all of one pipeline.

    A list of the time from the oldest key to the newest shows at least the newest one, so it never costs more than asking
    for that one, and shows up to 100. It is repeated for the rest as long as it answers several at once. What is left, and
    keys without a time, are asked for one by one: never more calls than keys.
    """
    places = {key: build_place(key) for key in keys}
    answers: Answers = {}
    timed = [key for key in keys if places[key].created_ms is not None]
    gain = 2
    while len(timed) >= 2 and gain >= 2:
        hits = await _from_list(client, timed, places)
        answers |= hits
        gain = len(hits)
        timed = [key for key in timed if key not in hits]
    left = [key for key in keys if key not in answers]
    if left:
        answers |= await settle({key: partial(build_by_number, client, key) for key in left})
    return answers


async def _from_list(client: BuildkiteClient, keys: Sequence[BuildKey], places: Mapping[BuildKey, BuildPlace]) -> Answers:
    place = places[keys[0]]
    times = [created for key in keys if (created := places[key].created_ms) is not None]
    filters = BuildFilter(BuildQuery(created_from=moment(min(times) * 1000)))
    pairs = filters.pairs(max(times) + 1)
    try:
        listing = await client.list_builds(place.organization, place.pipeline, 1, LARGEST_PAGE, pairs)
    except GatewayError as error:
        return dict.fromkeys(keys, error)
    return _judge(client.provider, keys, places, listing)


def _judge(provider: str, keys: Sequence[BuildKey], places: Mapping[BuildKey, BuildPlace], listing: Listing[WireBuild]) -> Answers:
    rows = map_rows(listing.rows, lambda wire: to_build(wire, provider, {}), provider)
    builds = {row.number: row for row in rows if isinstance(row, Build)}
    faults = {row.id: row.error for row in rows if isinstance(row, RowFault)}
    # Down to here the list is complete, so a key that is not in it is not there. (A row that cannot be read might be any.)
    depth = _depth(rows, more=listing.more) if not faults else None
    answers: Answers = {}
    for key in keys:
        place = places[key]
        if place.number in builds:
            answers[key] = same(key, builds[place.number])
        elif place.uuid in faults:
            answers[key] = faults[place.uuid]
        elif depth is not None and place.created_ms is not None and place.created_ms > depth:
            answers[key] = not_found(key, "build")
    return answers


def _depth(rows: Sequence[Build | RowFault], *, more: bool) -> int | None:
    """Milliseconds: everything created after them is among the rows."""
    if not more:
        return -1
    return milliseconds(rows[-1].created_at) if rows and isinstance(rows[-1], Build) else None


def same(key: BuildKey, build: Build) -> Build | GatewayError:
    """NotFoundError when another build has the number: the pipeline was deleted and made anew."""
    uuid = build_place(key).uuid
    return not_found(key, "build any more: another one has its number,") if uuid and uuid != build.external_id else build


async def build_by_number(client: BuildkiteClient, key: BuildKey) -> Build:
    """One call; NotFoundError also for another build under the number."""
    place = build_place(key)
    wire = await client.get_build(place.organization, place.pipeline, place.number)
    found = same(key, map_one(wire, lambda row: to_build(row, client.provider, {}), client.provider))
    if isinstance(found, GatewayError):
        raise found
    return found
