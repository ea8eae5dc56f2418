"""Records over HTTP."""

import asyncio
import contextlib
import socket

import anyio
import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from gateway.destinations.intake.input import GROUP_RECORDS
from gateway.domain.destination import DestinationState
from gateway.domain.errors import StoreUnavailableError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import DestinationKey, PipelineKey
from gateway.http.records import RecordLimits, record_routes
from gateway.store.store import Store
from tests.destinations.intake.places import Failing, kept, make, put_into
from tests.store.databases import with_tables

pytestmark = pytest.mark.anyio

NDJSON = {"content-type": "application/x-ndjson"}
JSON = {"content-type": "application/json"}


@pytest.fixture
async def store(tmp_path):
    async with Store(with_tables(tmp_path / "gateway.sqlite")) as opened:
        yield opened.destinations


@contextlib.asynccontextmanager
async def client_of(store, wake=None, **limits):
    app = Starlette(routes=record_routes(store, wake, RecordLimits(**limits)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        yield client


@contextlib.asynccontextmanager
async def served(store, **limits):
    """The port of a server with a socket of its own, in this loop."""
    app = Starlette(routes=record_routes(store, None, RecordLimits(**limits)))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", http="httptools"))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await running
        listener.close()


def path(key):
    return f"/destinations/{encode_id(key)}/records"


def lines(*numbers):
    return b"".join(b'{"id":%d}\n' % number for number in numbers)


async def post(store, key, body, headers=NDJSON, options=None, **parameters):
    async with client_of(store, **(options or {})) as client:
        return await client.post(path(key), content=body, headers=headers, params=parameters)


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


async def test_lines_are_taken(store):
    key = await make(store, key_attribute="id")

    answer = await post(store, key, lines(1, 2) + b'{"id" 2}\n' + lines(1))

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "accepted": 2,
        "duplicates": 1,
        "refused": 1,
        "consumed": 4,
        "ended": True,
        "refusals": [{"number": 3, "code": "NOT_JSON", "message": "The record is not valid JSON: expected ':', at byte 6 of it."}],
        "refusalsLeftOut": 0,
        "stoppedAt": None,
    }
    assert await kept(store, key) == [b'{"id":1}', b'{"id":2}']


@pytest.mark.parametrize(
    "content_type",
    ["application/x-ndjson", "application/ndjson; charset=utf-8", "Application/JSONL", "application/json-lines;charset=UTF-8"],
)
async def test_every_name_of_lines(store, content_type):
    answer = await post(store, await make(store), lines(1), {"content-type": content_type})

    assert answer.json()["accepted"] == 1


async def test_an_array_is_taken(store):
    key = await make(store)

    answer = await post(store, key, b'[{"id":1},{"id":2}]', JSON)

    assert (answer.status_code, answer.json()["accepted"]) == (200, 2)


async def test_a_body_of_many_groups_in_small_chunks(store):
    key = await make(store)
    count = GROUP_RECORDS * 4 + 1
    body = lines(*range(count))

    async def chunks():
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    answer = await post(store, key, chunks())

    assert answer.json()["accepted"] == count == len(await kept(store, key))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/x-ndjson; charset=latin-1"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/xml"},
        NDJSON | {"content-encoding": "gzip"},
    ],
)
async def test_other_bodies_are_not_taken(store, headers):
    key = await make(store)

    answer = await post(store, key, lines(1), headers)

    assert code(answer) == (415, "BAD_REQUEST")
    assert await kept(store, key) == []
    if "content-encoding" not in headers:
        assert "application/x-ndjson" in answer.text
        assert answer.headers["accept-post"] == "application/x-ndjson, application/json"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"name": "n"}, "'name' is unknown here. Known: `intake`, `from`, `onError`."),
        ({"onError": "skip"}, "`onError` must be `stop` or `continue`."),
        ({"from": "-1", "intake": "n"}, "`from` must be a whole number"),
        ({"from": "1" * 16, "intake": "n"}, "`from` must be a whole number"),
        ({"from": "1"}, "`from` goes with `intake`"),
        ({"intake": ""}, "`intake` must be a name"),
        ({"intake": "a\nb"}, "`intake` must be a name"),
        ({"intake": ["a", "b"]}, "given twice"),
    ],
)
async def test_a_wrong_parameter_is_named(store, parameters, said):
    answer = await post(store, await make(store), lines(1), **parameters)

    assert answer.status_code == 400
    assert said in answer.json()["errors"][0]["message"]


async def test_the_id_must_be_a_destinations(store):
    async with client_of(store) as client:
        for wrong, expected in (
            ("damaged", (400, "BAD_USER_INPUT")),
            (encode_id(PipelineKey("acme", ("p",))), (400, "BAD_USER_INPUT")),
            (encode_id(DestinationKey("acme", ("none",))), (404, "NOT_FOUND")),
        ):
            there = f"/destinations/{wrong}/records"
            assert code(await client.post(there, content=lines(1), headers=NDJSON)) == expected
            assert code(await client.get(there, params={"intake": "n"})) == expected
    assert "of a Pipeline, not of a Destination" in (await post(store, PipelineKey("acme", ("p",)), b"")).text


async def test_other_methods_are_not_served(store):
    async with client_of(store) as client:
        answer = await client.put(path(await make(store)), content=lines(1), headers=NDJSON)

    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


async def test_with_stop_an_input_is_not_taken_whole_and_the_status_says_so(store):
    key = await make(store)

    answer = await post(store, key, b"no\n" + lines(1), onError="stop")
    later = await post(store, key, lines(1) + b"no\n" + lines(2), onError="stop")

    assert (answer.status_code, answer.json()["stoppedAt"], answer.json()["accepted"]) == (422, 1, 0)
    assert (later.status_code, later.json()["stoppedAt"], later.json()["accepted"]) == (422, 2, 1)
    assert await kept(store, key) == [b'{"id":1}']


async def test_what_is_no_array_is_refused(store):
    answer = await post(store, await make(store), b'{"id":1}', JSON)

    assert (answer.status_code, answer.json()["refusals"][0]["code"]) == (422, "INPUT_BROKEN")


async def test_a_named_input_can_be_asked_about_and_gone_on_with(store):
    key = await make(store)
    asked = {"params": {"intake": "n"}}
    async with client_of(store) as client:
        nothing = (await client.get(path(key), **asked)).json()
        await client.post(
            path(key), content=lines(1) + b"no\n" + lines(3), params={"intake": "n", "onError": "stop"}, headers=NDJSON
        )
        some = (await client.get(path(key), **asked)).json()
        ended = await client.post(path(key), content=lines(2, 3), params={"intake": "n", "from": "1"}, headers=NDJSON)
        too_far = await client.post(path(key), content=b"", params={"intake": "m", "from": "1"}, headers=NDJSON)
        again = await client.post(path(key), content=lines(1, 2, 3), params={"intake": "n"}, headers=NDJSON)
        all_of_it = (await client.get(path(key), **asked)).json()
        unnamed = await client.get(path(key))

    empty = {"consumed": 0, "accepted": 0, "duplicates": 0, "refused": 0, "ended": False, "problem": None}
    assert nothing == empty
    assert some == empty | {"consumed": 1, "accepted": 1}
    assert ended.json()["accepted"] == again.json()["accepted"] == 3
    assert code(too_far) == (409, "CONFLICT")
    assert all_of_it == empty | {"consumed": 3, "accepted": 3, "ended": True}
    assert (unnamed.status_code, await kept(store, key)) == (400, [b'{"id":1}', b'{"id":2}', b'{"id":3}'])


async def test_a_destination_that_is_not_active_is_said_so(store):
    key = await make(store, state=DestinationState.PAUSED)

    answer = await post(store, key, lines(1))
    async with client_of(store) as client:
        asked = await client.get(path(key), params={"intake": "n"})

    assert code(answer) == (409, "DESTINATION_NOT_ACTIVE")
    assert asked.json()["problem"]["code"] == "DESTINATION_NOT_ACTIVE"


async def test_when_the_store_goes_away_it_says_what_is_committed(store):
    key = await make(store)
    failing = Failing(store, StoreUnavailableError("away"), after=2)

    answer = await post(failing, key, lines(*range(GROUP_RECORDS * 4)), intake="n")

    assert code(answer) == (503, "STORE_UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0
    assert (answer.json()["accepted"], answer.json()["consumed"]) == (GROUP_RECORDS * 2, GROUP_RECORDS * 2)
    assert len(await kept(store, key)) == GROUP_RECORDS * 2


async def test_a_store_that_is_not_open_yet(tmp_path):
    closed = Store(tmp_path / "gateway.sqlite").destinations

    answer = await post(closed, DestinationKey("acme", ("d",)), lines(1))

    assert code(answer) == (503, "STORE_UNAVAILABLE")


async def test_somebody_is_woken(store):
    told = []
    await post(store, await make(store), lines(1), options={"wake": lambda: told.append(1)})

    assert told == [1]


async def begun(port, key, body, length, **parameters):
    """A request that is sent only in part, with its answer's reader."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    head = f"POST {path(key)}?{query} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ncontent-length: {length}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    return reader, writer


async def until(condition, within_s=5.0):
    with anyio.fail_after(within_s):
        while not await condition():  # noqa: ASYNC110  a database tells nobody
            await asyncio.sleep(0.005)


async def test_what_came_before_a_sender_vanished_is_kept_and_gone_on_with(store):
    key = await make(store)
    async with served(store) as port:
        _, writer = await begun(port, key, lines(1, 2) + b'{"id":', 1000, intake="n")
        await asyncio.sleep(0.1)  # the server forgets what it has not handed on when its sender goes
        writer.close()
        await writer.wait_closed()

        async def taken():
            return (intake := await store.intake(key, "n")) is not None and intake.consumed == 2

        await until(taken)
        assert not (await store.intake(key, "n")).ended
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            answer = await client.post(path(key), content=lines(1, 2, 3), params={"intake": "n"}, headers=NDJSON)

    assert answer.json()["accepted"] == 3
    assert await kept(store, key) == [b'{"id":1}', b'{"id":2}', b'{"id":3}']


async def test_what_has_come_is_committed_when_nothing_more_comes_for_a_while(store):
    key = await make(store)
    async with served(store, quiet_s=0.02) as port:
        reader, writer = await begun(port, key, lines(1), len(lines(1, 2)))

        async def taken():
            return await kept(store, key) == [b'{"id":1}']

        await until(taken)
        writer.write(lines(2))
        assert b"200 OK" in await reader.readline()
        writer.close()

    assert await kept(store, key) == [b'{"id":1}', b'{"id":2}']


async def test_a_sender_that_is_silent_for_too_long_is_let_go(store):
    key = await make(store)
    async with served(store, quiet_s=0.02, idle_s=0.1) as port:
        reader, writer = await begun(port, key, lines(1), 1000, intake="n")
        answer = await reader.read()
        writer.close()

    assert b"408 " in answer.split(b"\r\n")[0]
    assert b'"accepted":1' in answer
    assert not (await store.intake(key, "n")).ended


class Held:
    """A store that commits nothing until it is let."""

    def __init__(self, store):
        self._store = store
        self.let = asyncio.Event()

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def accept(self, *arguments, **keywords):
        await self.let.wait()
        return await self._store.accept(*arguments, **keywords)


async def test_no_more_is_read_than_can_be_committed(store):
    key = await make(store)
    held = Held(store)
    padding = b"x" * 1000
    body = b"".join(b'{"id":%d,"x":"%s"}\n' % (number, padding) for number in range(30_000))
    sent = 0
    async with served(held) as port:
        reader, writer = await begun(port, key, b"", len(body))

        async def feed():
            nonlocal sent
            for start in range(0, len(body), 65_536):
                writer.write(body[start : start + 65_536])
                await writer.drain()
                sent += 65_536

        feeding = asyncio.create_task(feed())
        await asyncio.sleep(0.3)
        seen = sent
        held.let.set()
        await feeding
        assert b"200 OK" in await reader.readline()
        writer.close()

    assert seen < 16_000_000 < len(body)  # what the system's own buffers hold, and a group of records
    assert len(await kept(store, key)) == 30_000


async def test_a_refusal_reaches_a_sender_that_has_not_sent_all(store):
    key = await make(store)
    async with served(store) as port:
        reader, writer = await begun(port, key, lines(*range(GROUP_RECORDS)), 10**9)
        await put_into(store, key, DestinationState.PAUSED)
        writer.write(lines(*range(GROUP_RECORDS)))
        answer = await reader.read()
        writer.close()

    assert b"409 " in answer.split(b"\r\n")[0]
    assert b"DESTINATION_NOT_ACTIVE" in answer


FEW = {"max_queued": 2, "poll_s": 0.01, "patience_s": 0.05}


async def test_a_full_queue_is_said_so_with_what_was_taken(store):
    key = await make(store)

    answer = await post(store, key, lines(1, 2, 3), options=FEW, intake="n")
    async with client_of(store, **FEW) as client:
        asked = await client.get(path(key), params={"intake": "n"})

    assert code(answer) == (503, "QUEUE_FULL")
    assert answer.headers["retry-after"] == "5"
    assert (answer.json()["accepted"], answer.json()["consumed"], answer.json()["ended"]) == (2, 2, False)
    assert asked.json()["problem"]["code"] == "QUEUE_FULL"
    assert await kept(store, key) == [b'{"id":1}', b'{"id":2}']


async def test_while_a_queue_is_full_nothing_is_read(store):
    key = await make(store)
    sent = 0

    async def chunks():
        nonlocal sent
        while sent < 5000:
            yield lines(*range(GROUP_RECORDS))
            sent += GROUP_RECORDS

    async with client_of(store, max_queued=GROUP_RECORDS, poll_s=0.01, patience_s=60) as client:
        posting = asyncio.create_task(client.post(path(key), content=chunks(), headers=NDJSON))
        await asyncio.sleep(0.3)
        seen, done = sent, posting.done()
        await put_into(store, key, DestinationState.PAUSED)
        answer = await posting

    assert not done
    assert seen <= GROUP_RECORDS * 3
    assert code(answer) == (409, "DESTINATION_NOT_ACTIVE")
    assert answer.json()["accepted"] == GROUP_RECORDS


async def test_a_broken_array_is_not_taken_whole_and_the_status_says_so(store):
    answer = await post(store, await make(store), b'[{"id":1},{"id"]', JSON)

    assert (answer.status_code, answer.json()["accepted"], answer.json()["stoppedAt"]) == (422, 1, 2)


@pytest.mark.parametrize("depth", [500, 980, 20_000])
async def test_what_is_nested_too_deeply_does_not_stop_the_others(store, depth):
    deep = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
    for body, headers in ((lines(1) + deep + b"\n" + lines(2), NDJSON), (b'[{"id":1},' + deep + b',{"id":2}]', JSON)):
        answer = await post(store, await make(store, id=headers["content-type"]), body, headers)

        assert (answer.status_code, answer.json()["accepted"]) == (200, 2)
        assert [(each["number"], each["code"]) for each in answer.json()["refusals"]] == [(2, "TOO_DEEP")]


async def test_a_sender_that_is_too_slow_is_let_go(store):
    key = await make(store)
    async with served(store, quiet_s=0.02, idle_s=0.2) as port:
        reader, writer = await begun(port, key, lines(1), 1000, intake="n")
        reading = asyncio.create_task(reader.read())
        number = 1
        while not reading.done():
            number += 1
            assert number < 100
            writer.write(lines(number))
            await asyncio.wait([reading], timeout=0.03)
        answer = await reading
        writer.close()

    assert b"408 " in answer.split(b"\r\n")[0]
    assert b"Less than 1024 bytes came in 0.2 s." in answer
    assert (await store.intake(key, "n")).consumed >= 2


async def test_a_sender_that_brings_enough_may_take_its_time(store):
    key = await make(store)
    record = b'{"x":"%s"}\n' % (b"x" * 1100)
    async with served(store, quiet_s=0.02, idle_s=0.2) as port:
        reader, writer = await begun(port, key, b"", 6 * len(record))
        for _ in range(6):
            await asyncio.sleep(0.06)
            writer.write(record)
        assert b"200 OK" in await reader.readline()
        writer.close()


async def test_only_so_many_inputs_at_the_same_time(store):
    key = await make(store)
    async with served(store, inputs=1, quiet_s=0.01) as port:
        reader, writer = await begun(port, key, lines(1), len(lines(1, 2)))

        async def taken():
            return await kept(store, key) == [b'{"id":1}']

        await until(taken)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            refused = await client.post(path(key), content=lines(3), headers=NDJSON)
            asked = await client.get(path(key), params={"intake": "n"})
            writer.write(lines(2))
            assert b"200 OK" in await reader.readline()
            writer.close()
            later = await client.post(path(key), content=lines(3), headers=NDJSON)

    assert code(refused) == (503, "TOO_MANY_INPUTS")
    assert int(refused.headers["retry-after"]) > 0
    assert (asked.status_code, later.status_code) == (200, 200)
