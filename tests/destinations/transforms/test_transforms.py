"""Functions of the operator's own, in their process."""

import asyncio
import contextlib
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.destinations.transforms.transforms import GROUP, Transforms
from gateway.domain.errors import InternalError, InvalidInputError
from tests.destinations.transforms import operators_functions
from tests.upstream.raw_server import until

pytestmark = pytest.mark.anyio

FUNCTIONS = {
    name: f"tests.destinations.transforms.operators_functions:{name}"
    for name in vars(operators_functions)
    if name[0] != "_" and not isinstance(vars(operators_functions)[name], type(os))
}
OTHERS = {
    "missing_module": "no.such_module:f",
    "missing": FUNCTIONS["count"] + "s",
    "fails": "tests.destinations.transforms.module_that_fails:f",
}
RECORDS = [{"id": 1, "n": "ä"}, {"id": 2, "n": None}]


@contextlib.asynccontextmanager
async def opened(timeout_s=5.0, **options):
    transforms = Transforms(timeout_s, {**FUNCTIONS, **OTHERS}, **options)
    try:
        yield transforms
    finally:
        await transforms.close()


async def failure(transforms, name, records=RECORDS):
    with pytest.raises(InvalidInputError) as failed:
        await transforms.apply(name, records)
    assert failed.value.field == "batching.transform"
    return failed.value.message


def is_there(pid):
    """Whether a process is running; one that has ended and waits to be noticed is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_what_a_function_makes_of_the_records():
    async with opened() as transforms:
        assert await transforms.apply("wrap_by_id", RECORDS) == {"1": {"id": 1, "n": "ä"}, "2": {"id": 2, "n": None}}
        assert await transforms.apply("wrap_by_id", [{"id": 5}]) == {"5": {"id": 5}}
        assert await transforms.apply("count", []) == 0
        assert await transforms.apply("nothing", RECORDS) is None


async def test_one_process_is_kept():
    async with opened() as transforms:
        first, has_httpx = await transforms.apply("modules", RECORDS)
        await failure(transforms, "raises")

        assert await transforms.apply("modules", RECORDS) == [first, False]
        assert not has_httpx
        assert first != os.getpid()


async def test_a_name_that_is_not_registered():
    transforms = Transforms(1, {"b": "x:y", "a": "x:y"})

    with pytest.raises(InvalidInputError, match=r"^`batching\.transform` must be one of the registered transforms, a, b\.$"):
        await transforms.apply("c", RECORDS)
    with pytest.raises(InvalidInputError, match=r"^`x` cannot be given: no transform is registered\.$") as refused:
        Transforms(1, {}).check("c", "x")
    assert refused.value.field == "x"
    assert transforms.names() == ("a", "b")
    transforms.check("a")
    await transforms.close()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("raises", "The transform `raises` failed: ValueError: no branch in {'id': 1, 'n': 'ä'}."),
        ("raises_what_cannot_be_told", "The transform `raises_what_cannot_be_told` failed: _UnspeakableError."),
        ("exits", "The transform `exits` failed: SystemExit: done."),
        ("vanishes", "The transform `vanishes` ended the process that it ran in."),
        ("not_a_function", "The transform `not_a_function` failed: TypeError: 'int' object is not callable."),
        ("missing", "The transform `missing` cannot be loaded: AttributeError: "),
        ("missing_module", "The transform `missing_module` cannot be loaded: ModuleNotFoundError: No module named 'no'."),
        ("fails", "The transform `fails` cannot be loaded: SystemExit: not here."),
        ("not_a_number", "The transform `not_a_number` returned what is no JSON: ValueError: "),
        ("infinite", "The transform `infinite` returned what is no JSON: ValueError: "),
        ("a_set", "The transform `a_set` returned what is no JSON: TypeError: "),
        ("half_a_character", "The transform `half_a_character` returned what is no JSON: UnicodeEncodeError: "),
        ("in_circles", "The transform `in_circles` returned what is no JSON: ValueError: "),
        ("too_deep", "The transform `too_deep` returned what is no JSON: RecursionError: "),
        ("too_much", "The transform `too_much` returned 34603010 bytes of JSON, more than 33554332."),
    ],
)
async def test_what_goes_wrong_is_told_and_the_next_call_works(name, message):
    async with opened() as transforms:
        assert (await failure(transforms, name)).startswith(message)
        assert await transforms.apply("count", RECORDS) == 2


async def test_of_a_long_message_the_beginning():
    async with opened() as transforms:
        message = await failure(transforms, "raises_at_length")

    assert message.startswith("The transform `raises_at_length` failed: KeyError: 'xxx")
    assert len(message) == len("The transform `raises_at_length` failed: .") + 200


@pytest.mark.parametrize("name", ["loops", "never_lets_go"])
async def test_an_endless_one_is_stopped(name):
    async with opened(0.2) as transforms:
        first, _ = await transforms.apply("modules", RECORDS)
        started = time.monotonic()
        assert await failure(transforms, name) == f"The transform `{name}` took longer than 0.2 s."
        assert time.monotonic() - started < 2
        assert not is_there(first)

        second, _ = await transforms.apply("modules", RECORDS)
        assert second != first


async def test_the_loop_goes_on_meanwhile():
    async with opened(0.2) as transforms:
        await transforms.apply("count", RECORDS)
        longest, before = 0.0, time.monotonic()
        call = asyncio.create_task(failure(transforms, "loops"))
        while not call.done():
            await asyncio.sleep(0.005)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()

    assert longest < 0.18


async def test_one_call_at_a_time():
    async with opened() as transforms:
        await transforms.apply("count", RECORDS)
        started = time.monotonic()
        results = await asyncio.gather(
            transforms.apply("sleeps", []), transforms.apply("count", [{}]), transforms.apply("sleeps", [])
        )

    assert results == ["slept", 1, "slept"]
    assert time.monotonic() - started > 0.19


async def test_who_does_not_wait_any_longer_leaves_no_answer_behind():
    async with opened() as transforms:
        await transforms.apply("count", RECORDS)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await transforms.apply("sleeps", RECORDS)

        assert await transforms.apply("count", RECORDS) == 2


async def test_a_module_that_takes_too_long_to_load(tmp_path, monkeypatch):
    (tmp_path / "slow_to_load.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.syspath_prepend(tmp_path)
    transforms = Transforms(5, {"slow": "slow_to_load:f"}, load_limit_s=0.2)

    assert await failure(transforms, "slow") == "The transform `slow` took longer than 0.2 s."
    await transforms.close()


async def test_what_it_prints_goes_nowhere(capfd):
    async with opened() as transforms:
        assert await transforms.apply("prints", RECORDS) == RECORDS
        assert await transforms.apply("count", RECORDS) == 2

    assert capfd.readouterr() == ("", "")


async def test_there_is_nothing_to_read():
    async with opened() as transforms:
        assert await transforms.apply("reads", RECORDS) == ["", ""]


async def test_large_records():
    large = [{"text": "ä\n" * 1_000_000, "number": 2**70}, *({"id": number} for number in range(10_000))]
    async with opened() as transforms:
        assert await transforms.apply("as_they_are", large) == large


async def test_records_that_are_too_large():
    async with opened() as transforms:
        message = await failure(transforms, "count", [{"text": "x" * (32 * 1024 * 1024)}])

        assert "33554432 are allowed" in message
        assert await transforms.apply("count", RECORDS) == 2


async def test_no_secrets_in_its_environment(monkeypatch):
    monkeypatch.setenv("BUILDKITE_TOKEN", "canary")
    monkeypatch.setenv("DATABASE_URL", "canary")
    monkeypatch.setenv("LANG", "C.UTF-8")

    async with opened() as transforms:
        found = await transforms.apply("environment", RECORDS)

    assert "canary" not in json.dumps(found)
    assert found["LANG"] == "C.UTF-8"
    assert set(found) <= {
        "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH",
    }  # fmt: skip


async def test_close_leaves_no_process():
    async with opened() as transforms:
        pids = await transforms.apply("starts_another", RECORDS)
        assert all(is_there(pid) for pid in pids)

    await until(lambda: not any(is_there(pid) for pid in pids))
    with pytest.raises(InternalError):
        await transforms.apply("count", RECORDS)


async def test_close_waits_for_the_call_under_way():
    async with opened() as transforms:
        await transforms.apply("count", RECORDS)
        call = asyncio.create_task(transforms.apply("sleeps", RECORDS))
        await asyncio.sleep(0.02)
        await transforms.close()

        assert await call == "slept"


async def test_a_process_that_died_in_between_is_replaced():
    async with opened() as transforms:
        first, _ = await transforms.apply("modules", RECORDS)
        os.kill(first, 9)
        await until(lambda: not Path(f"/proc/{first}").exists())
        await asyncio.sleep(0.02)

        assert (await transforms.apply("modules", RECORDS))[0] != first


GATEWAY = f"""
import asyncio, os
from gateway.destinations.transforms.transforms import Transforms

async def main():
    transforms = Transforms(5, {{"modules": "{FUNCTIONS["modules"]}"}})
    print((await transforms.apply("modules", []))[0], flush=True)
    os._exit(0)

asyncio.run(main())
"""


def test_it_ends_with_the_gateway():
    done = subprocess.run([sys.executable, "-c", GATEWAY], check=True, capture_output=True, text=True)  # noqa: S603 our own program

    deadline = time.monotonic() + 1
    while is_there(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_there(int(done.stdout))


WORKER = "from gateway.destinations.transforms import worker; worker.OVERTIME_S = 0.1; worker.main()"


@pytest.mark.parametrize("name", ["loops", "never_lets_go"])
def test_an_endless_one_ends_without_a_gateway_too(name):
    load = {"type": "load", "target": FUNCTIONS[name], "limit_s": 5}
    apply = {"type": "apply", "target": FUNCTIONS[name], "limit_s": 0.1, "records": []}

    with subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 as above
        process.stdin.write(f"{json.dumps(load)}\n{json.dumps(apply)}\n".encode())
        process.stdin.flush()

        assert process.stdout.read() == b'{"type":"result","content":null}\n'
        assert process.wait(1) == -signal.SIGALRM


def test_names_come_from_entry_points(monkeypatch):
    def entry_points(*, group):
        assert group == "cicd_gateway.transforms" == GROUP
        return [importlib.metadata.EntryPoint(name, value, group) for name, value in found]

    monkeypatch.setattr("gateway.destinations.transforms.transforms.entry_points", entry_points)

    found = [("b", "m:f"), ("a", "m:g"), ("a", "m:g")]
    assert Transforms(1).names() == ("a", "b")
    found = [("a", "m:g"), ("a", "m:h")]
    with pytest.raises(ValueError, match="registered as 'a': m:g and m:h"):
        Transforms(1)
