"""The worked examples, sent over HTTP and read through the provider, in every order of arrival; and the simulator agrees."""

from datetime import UTC, datetime
from itertools import permutations

import httpx
import pytest

from gateway.domain.provider import Provider
from gateway.providers.dx.simulator import DxSimulator
from gateway.simulation.server import RunningSimulator
from tests.providers.dx.opened import ALL, PLAIN, SYNC, builds_of, client_of
from tests.providers.dx.worked_examples import EXAMPLES, Example

pytestmark = pytest.mark.anyio

NAMES = {"pipeline_name": "integration_tests", "pipeline_source": "Jenkins"}
WORDS = {"FAILED": "failure", "CANCELED": "cancelled", "SUCCEEDED": "success", "RUNNING": "running", "UNKNOWN": "unknown"}


def moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
async def test_reports_make_the_documented_run_in_any_order(example: Example, provider: Provider) -> None:
    orders = list(permutations(example.reports))[:: len(example.reports)]
    async with client_of(provider) as client:
        for number, order in enumerate(orders):
            for report in order:
                answer = await client.post(SYNC, json=NAMES | {"reference_id": f"run-{number}"} | report)
                assert answer.json() == {"ok": True}

    found = await builds_of(provider).find_builds_by_external_id([f"run-{number}" for number in range(len(orders))], ALL)

    for build in found:
        assert not isinstance(build, Exception)
        assert (build.started_at, build.finished_at) == (moment(example.started), moment(example.finished))
        assert (build.status, build.native_status) == (example.status, WORDS[example.status.name])
        assert build.created_at == build.started_at
        assert build.duration_s == example.duration


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_simulator_makes_the_same_of_them(example: Example, instance: RunningSimulator) -> None:
    assert isinstance(instance.app, DxSimulator)
    headers = {"authorization": f"Bearer {instance.token}"}
    for report in example.reports:
        answer = httpx.post(
            verify=PLAIN,
            url=f"{instance.base_url}/pipelineRuns.sync",
            json=NAMES | {"reference_id": "run"} | report,
            headers=headers,
        )
        assert answer.json() == {"ok": True}

    (record,) = httpx.get(f"{instance.origin}/__control/records", verify=PLAIN).json()

    assert (record["started_at"], record["finished_at"]) == (example.started, example.finished)
    assert (record["status"], record["duration"]) == (WORDS[example.status.name], example.duration)


async def test_a_retry_under_a_new_reference_id_is_a_run_of_its_own(provider: Provider) -> None:
    async with client_of(provider) as client:
        await client.post(SYNC, json=NAMES | {"reference_id": "r", "started_at": 100, "status": "failure", "finished_at": 110})
        await client.post(SYNC, json=NAMES | {"reference_id": "r-2", "started_at": 200, "status": "success", "finished_at": 260})

    found = await builds_of(provider).find_builds_by_external_id(["r", "r-2"], ALL)

    assert [getattr(build, "native_status", None) for build in found] == ["failure", "success"]


async def test_the_invalid_time_of_the_vendors_table_is_refused(provider: Provider) -> None:
    async with client_of(provider) as client:
        answer = await client.post(SYNC, json=NAMES | {"reference_id": "r", "started_at": "2023-12-10T11:46:67Z"})

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_arguments")


async def test_a_commit_without_repository_stores_nothing(provider: Provider) -> None:
    fields = NAMES | {"reference_id": "j", "started_at": 100, "commit_sha": "9fceb02d0ae598e95dc970b74767f19372d61af8"}
    async with client_of(provider) as client:
        refused = await client.post(SYNC, json=fields)
        before = (await builds_of(provider).find_builds_by_external_id(["j"], ALL))[0]
        taken = await client.post(SYNC, json=fields | {"repository": "acme/web", "pr_number": "17"})
        as_number = await client.post(SYNC, json=fields | {"repository": "acme/web", "pr_number": 17})
    after = (await builds_of(provider).find_builds_by_external_id(["j"], ALL))[0]

    assert (refused.status_code, refused.json()["error"]) == (422, "required_params_missing")
    assert getattr(before, "code", None) == "NOT_FOUND"
    assert taken.json() == as_number.json() == {"ok": True}
    assert getattr(after, "commit", None) == fields["commit_sha"]
    assert getattr(after, "pull_request", None).external_id == "17"  # type: ignore[union-attr]
