"""Senders as they are: the vendor's Python client and curl, over a socket, against the gateway's routes and the simulator."""

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import getdx
import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from gateway.domain.build import Build
from gateway.http.pipeline_runs import pipeline_run_routes
from gateway.providers.dx.simulator import DxSimulator
from gateway.simulation.server import RunningSimulator
from gateway.store import Store
from tests.providers.dx.opened import ALL, KEYS, PLAIN, builds_of, open_provider

COMMIT = "9fceb02d0ae598e95dc970b74767f19372d61af8"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    """The base URL that a sender is given instead of an instance's."""
    store = Store(tmp_path / "store.sqlite")

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with store:
            yield

    application = Starlette(routes=pipeline_run_routes([open_provider(store.ledger)]), lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    server.should_exit = True
    thread.join(10)
    listener.close()


async def held(path: Path, reference_id: str) -> Build:
    async with Store(path / "store.sqlite") as store:
        (found,) = await builds_of(open_provider(store.ledger)).find_builds_by_external_id([reference_id], ALL)
    assert isinstance(found, Build)
    return found


def send_by_client(base_url: str, token: str) -> object:
    config = getdx.DXDataCloudConfig(token=token, base_url=base_url)
    with getdx.DXClient(data_cloud=config) as client:
        answer: object = client.data_cloud.pipeline_runs.upsert(
            pipeline_name="build",
            pipeline_source="Buildkite",
            reference_id="bk-acme-web-1042",
            started_at="2026-01-01T00:00:00",
            finished_at="2026-01-01T00:05:00",
            status="success",
            repository="acme/web",
            commit_sha=COMMIT,
            pr_number=17,
            email="dev@example.com",
        )
    return answer


def curl(url: str, token: str, *arguments: str) -> str:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    command = [program, "-sS", "--max-time", "10", "-X", "POST", url, "-H", f"Authorization: Bearer {token}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


JSON_BODY = (
    '{"pipeline_name":"build","pipeline_source":"Buildkite","reference_id":"bk-acme-web-1042","started_at":"1767225600",'
    '"finished_at":"1767225900","status":"success","repository":"acme/web","commit_sha":"' + COMMIT + '","email":"dev@example.com"}'
)
CURLS = {
    "json": ("", ("-H", "Content-Type: application/json", "-d", JSON_BODY)),
    "form": (
        "",
        (
            "-d", "pipeline_name=build", "-d", "pipeline_source=Buildkite", "-d", "reference_id=bk-acme-web-1042",
            "-d", "started_at=1767225600", "-d", "finished_at=1767225900", "-d", "status=success", "-d", "repository=acme/web",
            "-d", f"commit_sha={COMMIT}", "--data-urlencode", "email=dev@example.com",
        ),
    ),
    "query string": (
        "?pipeline_name=build&pipeline_source=Buildkite&reference_id=bk-acme-web-1042&started_at=1767225600&finished_at=1767225900"
        f"&status=success&repository=acme%2Fweb&commit_sha={COMMIT}&email=dev%40example.com",
        (),
    ),
}  # fmt: skip


def assert_build(build: Build) -> None:
    assert (build.external_id, build.repository, build.commit) == ("bk-acme-web-1042", "acme/web", COMMIT)
    assert build.started_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert (build.duration_s, build.native_status) == (300, "success")
    assert build.actor is not None
    assert build.actor.email == "dev@example.com"


@pytest.mark.anyio
async def test_the_vendors_client_takes_the_gateway_for_an_instance(gateway: str, tmp_path: Path) -> None:
    assert send_by_client(gateway, KEYS["jenkins"]) == {"ok": True}

    assert_build(await held(tmp_path, "bk-acme-web-1042"))


def test_the_vendors_client_is_told_what_is_wrong(gateway: str) -> None:
    config = getdx.DXDataCloudConfig(token="nobody-s-key", base_url=gateway)

    with getdx.DXClient(data_cloud=config) as client, pytest.raises(getdx.DXValidationError, match="invalid_auth") as caught:
        client.data_cloud.pipeline_runs.upsert(pipeline_name="a", pipeline_source="b", reference_id="c", started_at="1")

    assert caught.value.response_json["ok"] is False


def test_the_vendors_client_and_the_simulator_agree(instance: RunningSimulator) -> None:
    assert send_by_client(instance.base_url, instance.token) == {"ok": True}

    assert isinstance(instance.app, DxSimulator)
    (record,) = instance.app.records.all()
    assert (record.reference_id, record.duration, record.pr_number) == ("bk-acme-web-1042", 300, 17)


@pytest.mark.anyio
@pytest.mark.parametrize("how", CURLS)
async def test_curl_takes_the_gateway_for_an_instance(gateway: str, tmp_path: Path, how: str) -> None:
    query, arguments = CURLS[how]

    assert curl(f"{gateway}/pipelineRuns.sync{query}", KEYS["jenkins"], *arguments) == '{"ok":true}'

    assert_build(await held(tmp_path, "bk-acme-web-1042"))


@pytest.mark.parametrize("how", CURLS)
def test_curl_and_the_simulator_agree(instance: RunningSimulator, how: str) -> None:
    query, arguments = CURLS[how]

    assert curl(f"{instance.base_url}/pipelineRuns.sync{query}", instance.token, *arguments) == '{"ok":true}'

    (record,) = httpx.get(f"{instance.origin}/__control/records", verify=PLAIN).json()
    assert (record["duration"], record["texts"]["email"]) == (300, "dev@example.com")
