"""`cicd-gateway send`: a file into a destination, whatever comes between."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import Result
from graphql import build_schema, parse, validate
from rich.progress import Progress
from typer.testing import CliRunner

from gateway.cli.main import app
from gateway.cli.send import _measuring
from gateway.cli.send_client import DESTINATIONS
from gateway.cli.send_file import RecordFile
from gateway.domain.destination import DestinationState
from gateway.domain.global_id import encode_id
from gateway.domain.keys import DestinationKey
from gateway.store.store import Store
from tests.destinations.intake.places import kept, make, put_into, settle
from tests.gateway_under_test import closed_port, serve

ROOT = Path(__file__).parents[2]
NAME = "nightly builds"
KEY = DestinationKey("acme-buildkite", (f"id-of-{NAME}",))
COUNT = 3000


class Place:
    """A gateway with a destination, and what is in it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.port = int(url.rpartition(":")[2])
        self._folder = folder

    def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        """What the gateway's own database answers."""

        async def asked() -> Any:
            async with Store(self._folder / "gateway.sqlite3") as store:
                return await question(store.destinations)

        return asyncio.run(asked())

    @property
    def kept(self) -> list[int]:
        """The ids of the records that are there."""
        return [json.loads(record)["id"] for record in self.ask(lambda store: kept(store, KEY))]

    def kept_in_the_end(self, count: int) -> list[int]:
        """The same once there are so many: a server commits a little after its sender has gone."""
        until = time.monotonic() + 5
        while len(found := self.kept) < count:
            assert time.monotonic() < until, f"{len(found)} records"
            time.sleep(0.02)
        return found


@pytest.fixture(scope="module")
def _gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("gateway")
    with serve({}, data_dir=folder) as url:
        yield Place(url, folder)


@pytest.fixture
def place(_gateway: Place) -> Place:
    """The gateway, with one destination that keeps what it is sent."""

    async def empty(store: Any) -> None:
        from sqlalchemy import delete

        from gateway.store.destinations.tables import calls, destinations, intakes, records

        await store._database.write(
            lambda connection: [connection.execute(delete(table)) for table in (calls, records, intakes, destinations)] and None
        )
        await make(store, NAME, state=DestinationState.PAUSED, queue_while_paused=True, max_queued=10**6)

    _gateway.ask(empty)
    return _gateway


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No long pauses; and the gateway, which is in this process, writes its log elsewhere than the command its output."""
    monkeypatch.setattr("gateway.cli.send.PAUSES_S", (0.05, 0.1, 0.1))
    with structlog.testing.capture_logs():
        yield


def lines(count: int = COUNT, padding: int = 100) -> bytes:
    return b"".join(b'{"id":%d,"x":"%s"}\n' % (number, b"x" * padding) for number in range(count))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "records.ndjson"
    path.write_bytes(lines())
    return path


def run(
    place: Place, file: Path | str, *arguments: str, port: int | None = None, name: str = NAME, body: bytes | None = None
) -> Result:
    url = f"http://127.0.0.1:{port or place.port}"
    return CliRunner().invoke(app, ["send", name, str(file), "--url", url, *arguments], input=body)


def test_the_query_is_one_of_the_schema() -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))

    assert validate(schema, parse(DESTINATIONS)) == []


@pytest.mark.parametrize("name", [NAME, encode_id(KEY)])
def test_a_file_is_sent_by_name_or_id(place: Place, file: Path, name: str) -> None:
    result = run(place, file, name=name)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "3,000 accepted, 0 duplicates, 0 refused\n"
    assert place.kept == list(range(COUNT))


def test_an_array_is_sent(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "records.json"
    file.write_text("\n  " + json.dumps([{"id": number} for number in range(COUNT)], indent=2))

    assert run(place, file).exit_code == 0
    assert place.kept == list(range(COUNT))


@pytest.mark.parametrize("body", [lines(10), b"\n" * 100_000 + json.dumps([{"id": number} for number in range(10)]).encode()])
def test_standard_input_is_sent(place: Place, body: bytes) -> None:
    result = run(place, "-", body=body)

    assert (result.exit_code, place.kept) == (0, list(range(10)))


def test_what_is_refused_is_told_by_its_line(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "records.ndjson"
    file.write_bytes(b'{"id":1}\n{"id" 2}\n\n[]\n' + b"[]\n" * 20)

    result = run(place, file)

    assert result.exit_code == 1
    assert result.stdout.splitlines()[:3] == [
        "1 accepted, 0 duplicates, 22 refused",
        "  line 2: The record is not valid JSON: expected ':', at byte 6 of it. (NOT_JSON)",
        "  line 4: A record is a JSON object; this is a list. (NOT_AN_OBJECT)",
    ]
    assert result.stdout.splitlines()[-1] == "  and 12 more: --rejects FILE writes them down"


def rejected(path: Path) -> list[tuple[int, str]]:
    found = [json.loads(line) for line in path.read_text().splitlines()]
    assert all(set(each) == {"number", "code", "message"} for each in found)
    return [(each["number"], each["code"]) for each in found]


def test_what_is_refused_is_written_down(place: Place, tmp_path: Path) -> None:
    file, rejects = tmp_path / "records.ndjson", tmp_path / "rejects.ndjson"
    file.write_bytes(b'{"id":1}\n' + b"[]\n" * 500 + b'{"id" 2}\n')

    result = run(place, file, "--rejects", str(rejects))

    assert result.exit_code == 1
    assert result.stdout.splitlines()[-2:] == ["  and 491 more", f"501 refused are in {rejects}"]
    assert rejected(rejects) == [*((number, "NOT_AN_OBJECT") for number in range(2, 502)), (502, "NOT_JSON")]


def test_what_is_refused_is_written_down_when_it_ends_early_and_gone_on_with(place: Place, tmp_path: Path) -> None:
    file, rejects = tmp_path / "records.ndjson", tmp_path / "rejects.ndjson"
    file.write_bytes(b"5\n" * 2 + lines(1200) + b"5\n" + lines(2))
    place.ask(lambda store: settle(store, KEY, max_queued=1000))

    first = run(place, file, "--rejects", str(rejects))
    assert (first.exit_code, rejected(rejects)) == (1, [(1, "NOT_AN_OBJECT"), (2, "NOT_AN_OBJECT")])
    place.ask(lambda store: settle(store, KEY, max_queued=9000))
    run(place, file, "--rejects", str(rejects))
    again = run(place, file, "--rejects", str(rejects))

    assert again.stdout.startswith("All of it was sent before")
    assert rejected(rejects) == [(1, "NOT_AN_OBJECT"), (2, "NOT_AN_OBJECT"), (1203, "NOT_AN_OBJECT")]


def test_a_place_for_rejects_is_looked_at_before_anything_is_sent(place: Place, file: Path, tmp_path: Path) -> None:
    nowhere = run(place, file, "--rejects", str(tmp_path / "none" / "rejects"))
    itself = run(place, file, "--rejects", str(file))

    assert (nowhere.exit_code, itself.exit_code, place.kept) == (1, 1, [])
    assert "cannot be written: No such file or directory." in nowhere.stderr
    assert "is the file that is to be sent." in itself.stderr
    assert file.read_bytes() == lines()


def test_a_full_queue_of_a_destination_that_sends_is_tried_again(place: Place, file: Path) -> None:
    problem = b'{"code":"QUEUE_FULL","message":"Full."}'
    counts = (
        b'"accepted":7,"duplicates":0,"refused":1,"consumed":8,"ended":%s,"refusals":[{"number":1,"code":"NOT_JSON","message":"m"}]'
    )
    fed = 0

    def gateway(client: socket.socket) -> None:
        nonlocal fed
        head = client.recv(65_536)
        status, body = b"200 OK", b'{"problem":' + problem + b"}"
        if head.startswith(b"POST"):
            fed += 1
            status = b"503 Full" if fed == 1 else b"200 OK"
            error = b'"errors":[{"message":"Full.","extensions":{"code":"QUEUE_FULL"}}],' if fed == 1 else b""
            body = b"{" + error + counts % (b"false" if fed == 1 else b"true") + b"}"
        client.sendall(b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body))
        while client.recv(65_536):
            pass

    with listening(gateway) as port:
        result = run(place, file, port=port, name=encode_id(KEY))

    assert (result.exit_code, fed) == (1, 2), result.stderr
    assert result.stdout.splitlines() == ["7 accepted, 0 duplicates, 1 refused", "  line 1: m (NOT_JSON)"]


def test_only_what_sending_needs_is_imported() -> None:
    asked = (
        "import sys; from gateway.cli.main import command_line; command_line(['send']);"
        "print(*sorted({'gateway.app', 'schema', 'sqlalchemy', 'uvicorn', 'pydantic'} & set(sys.modules)), 'gateway.cli.send' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout == "True\n"


@pytest.mark.parametrize("arguments", [["send", "x", "y"], ["--help"]])
def test_interrupted_before_it_has_begun_it_says_nothing(arguments: list[str]) -> None:
    code = (
        "import sys, gateway.cli.main as main\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'gateway.cli.send': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        f"sys.argv = ['cicd-gateway', *{arguments!r}]\n"
        "main.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_the_size_of_a_file_is_known_to_the_bar_that_reads_it(file: Path) -> None:
    progress = Progress(disable=True)
    measuring = _measuring(progress, file)

    measuring(100)

    assert (progress.tasks[0].completed, progress.tasks[0].total) == (100, file.stat().st_size)


def test_with_stop_nothing_behind_a_fault_is_taken(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "records.ndjson"
    file.write_bytes(b'{"id":1}\nno\n{"id":3}\n')

    result = run(place, file, "--on-error", "stop")

    assert result.exit_code == 1
    assert "It stopped at line 2: nothing from there on was taken." in result.stdout
    assert place.kept == [1]


def test_a_finished_file_is_not_sent_again_unless_asked(place: Place, file: Path) -> None:
    run(place, file)

    again = run(place, file)
    restarted = run(place, file, "--restart")

    assert again.exit_code == 0
    assert again.stdout.startswith("All of it was sent before, and nothing was sent now.")
    assert again.stdout.endswith("3,000 accepted, 0 duplicates, 0 refused\n")
    assert restarted.stdout == "3,000 accepted, 0 duplicates, 0 refused\n"
    assert place.kept == [*range(COUNT), *range(COUNT)]


def test_a_restarted_file_is_taken_once_where_records_have_keys(place: Place, file: Path) -> None:
    place.ask(lambda store: settle(store, KEY, key_attribute="id"))
    run(place, file)

    assert run(place, file, "--restart").stdout == "0 accepted, 3,000 duplicates, 0 refused\n"
    assert place.kept == list(range(COUNT))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nightly", "No destination of the name 'nightly'."),
        (encode_id(DestinationKey("a", ("b",))), "There is no such destination."),
    ],
)
def test_a_destination_that_is_not_there(place: Place, file: Path, name: str, said: str) -> None:
    result = run(place, file, name=name)

    assert (result.exit_code, result.stderr) == (1, f"{said}\n")


def test_a_name_that_two_have_is_no_name(place: Place, file: Path) -> None:
    place.ask(lambda store: make(store, NAME, id="other"))

    result = run(place, file)

    assert result.exit_code == 1
    assert "2 destinations of the name 'nightly builds'. Give the id of the one that is meant." in result.stderr


def test_a_destination_that_takes_nothing_is_said_so_before_anything_is_sent(place: Place, file: Path) -> None:
    place.ask(lambda store: put_into(store, KEY, DestinationState.DRAFT))

    result = run(place, file)

    assert result.exit_code == 1
    assert "is a draft" in result.stderr
    assert place.kept == []


def test_a_queue_that_fills_up_in_the_middle_is_said_so_before_all_is_sent(place: Place, file: Path) -> None:
    place.ask(lambda store: settle(store, KEY, max_queued=1000))
    file.write_bytes(lines(20_000, padding=1000))

    result = run(place, file)

    assert result.exit_code == 1
    assert "`maxQueued` of 1000 leaves no room" in result.stderr
    assert "1,000 lines of it were taken in. The same command goes on from there." in result.stderr
    assert place.kept == list(range(1000))


def test_a_file_that_is_not_there(place: Place, tmp_path: Path) -> None:
    result = run(place, tmp_path / "none")

    assert (result.exit_code, result.stderr) == (1, f"{tmp_path / 'none'} cannot be read: No such file or directory.\n")


def test_nobody_at_that_address(place: Place, file: Path) -> None:
    port = closed_port()
    result = run(place, file, port=port, name=encode_id(KEY))

    assert result.exit_code == 1
    assert f"The connection to http://127.0.0.1:{port} failed" in result.stderr


@pytest.mark.parametrize("url", ["", "gateway:8000", "ftp://gateway", "http://[gateway"])
def test_an_address_that_is_none(file: Path, url: str) -> None:
    result = CliRunner().invoke(app, ["send", encode_id(KEY), str(file), "--url", url])

    assert (result.exit_code, result.exception.__class__) == (1, SystemExit)
    assert url in result.stderr


def test_what_answers_is_not_the_gateway(place: Place, file: Path) -> None:
    with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello") as port:
        result = run(place, file, port=port)

    assert result.exit_code == 1
    assert "is not the gateway" in result.stderr


@contextlib.contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A port where every connection gets this answer."""
    with listening(lambda connection: (connection.recv(65_536), connection.sendall(answer))) as port:
        yield port


@contextlib.contextmanager
def listening(serve_one: Callable[[socket.socket], object]) -> Iterator[int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            serve_one(connection)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


class Between:
    """Stands between sender and gateway, and lets only so many bytes of each connection's request through.

    `budgets` are those of connections that carry records, one after the other; later ones are not hindered.
    """

    def __init__(self, port: int, *budgets: int, holds: bool = False, answers: bool = True) -> None:
        self._port = port
        self._budgets = list(budgets)
        self._holds = holds
        self._answers = answers
        self.reached = threading.Event()
        self.fed = 0

    def serve_one(self, client: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as server:
            head = client.recv(65_536)
            feeds = head.startswith(b"POST /destinations")
            self.fed += feeds
            budget = self._budgets.pop(0) if feeds and self._budgets else None
            back = threading.Thread(target=self._back, args=(server, client, self._answers or budget is None), daemon=True)
            back.start()
            try:
                self._forth(head, client, server, budget)
            finally:
                with contextlib.suppress(OSError):
                    server.shutdown(socket.SHUT_RDWR)  # closed alone it stays open while it is read from

    def _forth(self, data: bytes, client: socket.socket, server: socket.socket, budget: int | None) -> None:
        while data:
            server.sendall(data if budget is None else data[:budget])
            if budget is not None and (budget := budget - len(data)) <= 0:
                self.reached.set()
                time.sleep(30 if self._holds else 0.1)  # a daemon thread; the server is to have what came so far
                return
            data = client.recv(65_536)

    @staticmethod
    def _back(server: socket.socket, client: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65_536):
                if not answers:
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(data)


def test_a_connection_that_breaks_is_gone_on_with(place: Place, file: Path) -> None:
    between = Between(place.port, 100_000, 150_000, 5000)
    with listening(between.serve_one) as port:
        result = run(place, file, port=port)

    assert (result.exit_code, result.stdout) == (0, "3,000 accepted, 0 duplicates, 0 refused\n"), result.stderr
    assert between.fed == 4
    assert place.kept == list(range(COUNT))


def test_an_array_is_gone_on_with_too(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "records.json"
    file.write_text(json.dumps([{"id": number, "x": "x" * 100} for number in range(COUNT)]))
    between = Between(place.port, 200_000, 300_000)
    with listening(between.serve_one) as port:
        result = run(place, file, port=port)

    assert (result.exit_code, place.kept) == (0, list(range(COUNT))), result.stderr


def test_an_answer_that_is_lost_is_asked_for(place: Place, file: Path) -> None:
    between = Between(place.port, 10**9, answers=False)
    with listening(between.serve_one) as port:
        result = run(place, file, port=port)

    assert (result.exit_code, result.stdout) == (0, "3,000 accepted, 0 duplicates, 0 refused\n"), result.stderr
    assert (between.fed, place.kept) == (1, list(range(COUNT)))


def test_a_connection_that_breaks_again_and_again_is_given_up_and_can_be_gone_on_with(place: Place, file: Path) -> None:
    between = Between(place.port, 150_000, 300, 300, 300, 300, 300, 300)
    with listening(between.serve_one) as port:
        result = run(place, file, port=port)

    assert result.exit_code == 1
    found = re.search(r"failed: .*\. ([\d,]+) lines of it were taken in\. The same command goes on from there\.", result.stderr)
    assert found is not None, result.stderr
    told = int(found[1].replace(",", ""))
    assert 0 < told <= len(place.kept_in_the_end(told)) < COUNT

    assert run(place, file).exit_code == 0
    assert place.kept == list(range(COUNT))


def test_standard_input_is_not_gone_on_with(place: Place) -> None:
    between = Between(place.port, 150_000)
    with listening(between.serve_one) as port:
        result = run(place, "-", port=port, body=lines())

    assert result.exit_code == 1
    assert "lines of it were taken in." in result.stderr
    assert "goes on" not in result.stderr
    assert 0 < len(place.kept_in_the_end(1)) < COUNT


def test_a_store_that_is_away_for_a_moment(place: Place, file: Path) -> None:
    away = 2

    def sometimes(client: socket.socket) -> None:
        nonlocal away
        head = client.recv(65_536)
        if head.startswith(b"POST /destinations") and away:
            away -= 1
            answer = b'{"errors":[{"message":"The store is away.","extensions":{"code":"STORE_UNAVAILABLE"}}]}'
            client.sendall(b"HTTP/1.1 503 Away\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(answer), answer))
            while client.recv(65_536):
                pass
        else:
            with socket.create_connection(("127.0.0.1", place.port)) as server:
                threading.Thread(target=Between._back, args=(server, client, True), daemon=True).start()
                while head:
                    server.sendall(head)
                    head = client.recv(65_536)

    with listening(sometimes) as port:
        result = run(place, file, port=port)

    assert (result.exit_code, away) == (0, 0), result.stderr
    assert place.kept == list(range(COUNT))


def command(place: Place, file: Path, port: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, "-m", "gateway", "send", NAME, str(file), "--url", f"http://127.0.0.1:{port}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_command_goes_on_where_it_was(place: Place, file: Path, how: signal.Signals) -> None:
    between = Between(place.port, 200_000, holds=True)
    with listening(between.serve_one) as port:
        process = command(place, file, port)
        assert between.reached.wait(20)
        assert len(place.kept_in_the_end(1000)) < COUNT
        process.send_signal(how)
        out, err = process.communicate(timeout=10)

    if how is signal.SIGINT:
        assert (process.returncode, out) == (130, "")
        found = re.fullmatch(r"Interrupted\. ([\d,]+) lines of it were taken in\. The same command goes on from there\.\n", err)
        assert found is not None, err
        assert 1000 <= int(found[1].replace(",", "")) < COUNT
    assert run(place, file).stdout == "3,000 accepted, 0 duplicates, 0 refused\n"
    assert place.kept == list(range(COUNT))


def test_a_file_that_shrinks_meanwhile_is_said_so(place: Place, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = RecordFile.__init__

    def measured_and_cut(self: RecordFile, path: Path, looked_at: Callable[[int], object]) -> None:
        measured(self, path, looked_at)
        path.write_bytes(path.read_bytes()[: self.size // 2])

    monkeypatch.setattr(RecordFile, "__init__", measured_and_cut)
    result = run(place, file)

    assert result.exit_code == 1
    assert result.stderr == f"{file} cannot be read: it became shorter meanwhile.\n"
    file.write_bytes(lines())
    monkeypatch.undo()
    assert run(place, file).stdout == "3,000 accepted, 0 duplicates, 0 refused\n"
    assert place.kept == list(range(COUNT))


@pytest.mark.parametrize("chunk", [1, 7, 65_536])
def test_the_place_of_a_line(tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.send_file.CHUNK_BYTES", chunk)
    path = tmp_path / "f"
    path.write_bytes(b"a\n\nbcd\r\ne")
    file = RecordFile(path, lambda _: None)

    assert [file.place_of(lines) for lines in range(6)] == [0, 2, 3, 8, 9, 9]
    assert b"".join(file.chunks(3)) == b"bcd\r\ne"
