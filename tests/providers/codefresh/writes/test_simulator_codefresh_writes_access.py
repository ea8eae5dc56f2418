"""Who may write, what goes wrong on the way, and how often a write took effect in the end."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator
from gateway.providers.codefresh.simulator.keys import LIMITED_KEY, READ_ONLY_KEY, RESTRICTED_KEY, REVOKED_KEY, Access
from gateway.providers.codefresh.simulator.routes import ENDPOINTS
from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator

Send = Callable[[httpx.Client], httpx.Response]

RUN = "/pipelines/run/shop%2Fdeploy"
WRITES = [endpoint for endpoint in ENDPOINTS if endpoint.access is not Access.READ]
ADDRESSES = [(endpoint.method, endpoint.template.replace("{", "").replace("}", "")) for endpoint in WRITES]


@pytest.fixture(scope="module")
def anonymous(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.base_url, timeout=2, trust_env=False) as opened:
        yield opened


@pytest.fixture
def app(simulator: RunningSimulator) -> Iterator[CodefreshSimulator]:
    assert isinstance(simulator.app, CodefreshSimulator)
    assert isinstance(simulator.clock, ManualClock)
    simulator.clock.advance(60)
    simulator.app.journal.clear()
    simulator.control.reset_calls()
    yield simulator.app
    simulator.control.clear_faults()
    simulator.control.rate_limit_enabled = False
    simulator.app.settings.rate_limit = 1_000


def actions(app: CodefreshSimulator) -> list[str]:
    return [write.action for write in app.journal.writes]


def test_every_address_that_writes_is_counted_here() -> None:
    assert len(ADDRESSES) == 29
    assert {address for address in ADDRESSES if address[0] == "GET"} == {
        ("GET", "/builds/rebuild/id"),
        ("GET", "/workflow/id/pending-approval/approve"),
        ("GET", "/workflow/id/pending-approval/deny"),
    }


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_no_write_without_a_key_that_may(
    anonymous: httpx.Client, app: CodefreshSimulator, simulator: RunningSimulator, method: str, path: str
) -> None:
    keys = (None, REVOKED_KEY, RESTRICTED_KEY, READ_ONLY_KEY)
    answers = [anonymous.request(method, path, headers={} if key is None else {"Authorization": key.token}) for key in keys]
    simulator.control.rate_limit_enabled = True
    app.settings.rate_limit = 0
    answers.append(anonymous.request(method, path, headers={"Authorization": simulator.token}))

    assert [answer.status_code for answer in answers] == [401, 401, 403, 403, 429]
    assert [answer.json()["status"] for answer in answers] == [401, 401, 403, 403, 429]
    assert app.journal.writes == []


def test_a_refusal_names_the_scope_and_a_key_may_do_what_its_scopes_say(anonymous: httpx.Client, app: CodefreshSimulator) -> None:
    headers = {"Authorization": LIMITED_KEY.token}

    run = anonymous.post(RUN, headers=headers)
    rebuilt = anonymous.get(f"/builds/rebuild/{_rebuildable(app)}", headers=headers)

    assert "pipeline:run" in run.json()["message"]
    assert rebuilt.status_code == 200
    assert [write.key_id for write in app.journal.writes] == [LIMITED_KEY.id]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("perform", [False, True])
def test_an_error_can_be_scripted_before_or_after_the_write(
    simulator: RunningSimulator, client: httpx.Client, app: CodefreshSimulator, status: int, perform: bool
) -> None:
    simulator.control.add_fault(Fault(r"/pipelines/run/", method="POST", status=status, times=1, perform=perform))

    first, second = client.post(RUN), client.post(RUN)

    assert [first.status_code, second.status_code] == [status, 200]
    assert len(app.journal.of("pipeline.run")) == 1 + perform


def test_a_request_can_hang_without_having_been_handled(
    simulator: RunningSimulator, client: httpx.Client, app: CodefreshSimulator
) -> None:
    simulator.control.add_fault(Fault(r"/pipelines/run/", method="POST", kind="hang"))

    with pytest.raises(httpx.ReadTimeout):
        client.post(RUN, timeout=0.1)

    assert app.journal.writes == []


@pytest.mark.parametrize("kind", ["drop_after_read", "cut"])
def test_an_answer_can_be_lost_or_cut_after_the_write(
    simulator: RunningSimulator, client: httpx.Client, app: CodefreshSimulator, kind: str
) -> None:
    simulator.control.add_fault(Fault(r"/pipelines/run/", method="POST", kind=kind, times=1))  # type: ignore[arg-type]

    with pytest.raises(httpx.RemoteProtocolError):
        client.post(RUN)

    assert actions(app) == ["pipeline.run"]


def test_a_fault_is_for_one_method_of_an_address(
    simulator: RunningSimulator, client: httpx.Client, app: CodefreshSimulator
) -> None:
    simulator.control.add_fault(Fault(r"^/api/projects/[0-9a-f]{24}$", method="DELETE", status=500))
    project = client.post("/projects", json={"projectName": "faulty"}).json()["id"]

    refused = client.delete(f"/projects/{project}")
    changed = client.patch(f"/projects/{project}", json={"tags": ["prod"]})

    assert [refused.status_code, changed.status_code] == [500, 200]
    assert actions(app) == ["project.create", "project.change"]


def test_a_writing_get_can_be_lost_as_well(simulator: RunningSimulator, client: httpx.Client, app: CodefreshSimulator) -> None:
    build_id = _rebuildable(app)
    simulator.control.add_fault(Fault(r"/builds/rebuild/", kind="drop_after_read"))

    with pytest.raises(httpx.RemoteProtocolError):
        client.get(f"/builds/rebuild/{build_id}")

    assert len(app.journal.of("build.rebuild", build_id)) == 1
    [call] = simulator.control.calls
    assert (call.method, call.status, call.fault) == ("GET", None, "drop_after_read")


def test_a_bare_id_can_come_as_another_type(simulator: RunningSimulator, client: httpx.Client, app: CodefreshSimulator) -> None:
    simulator.control.add_fault(Fault(r"/pipelines/run/", kind="wrong_types", times=1))
    simulator.control.add_fault(Fault(r"/pipelines/run/", kind="html", times=1))

    assert client.post(RUN).json() == 7
    assert client.post(RUN).text.startswith("<!DOCTYPE html>")
    assert actions(app) == ["pipeline.run"]


def test_the_journal_can_be_read_and_emptied_from_another_process(
    simulator: RunningSimulator, client: httpx.Client, app: CodefreshSimulator
) -> None:
    build_id = client.post(RUN).json()

    [write] = client.get(f"{simulator.origin}/__control/writes").json()
    emptied = client.delete(f"{simulator.origin}/__control/writes")

    assert (write["action"], write["made"]) == ("pipeline.run", build_id)
    assert emptied.status_code == 204
    assert app.journal.writes == []
    assert client.put(f"{simulator.origin}/__control/writes").status_code == 405


def _rebuildable(app: CodefreshSimulator) -> str:
    return next(build.id for build in app.world.builds.newest_first if build.pipeline_id == app.world.pipelines.all[0].id)
