"""A short version of `python -m tests.durability --keys`, and a gateway that dies between a write and its answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from gateway.domain.audit import Abandoned, AuditOutcome, AuditQuery, Claim
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.global_id import decode_id
from gateway.domain.keys import PipelineKey
from gateway.operations.fingerprint import fingerprint
from gateway.providers.buildkite.simulator import SIMULATOR
from gateway.simulation.clock import SystemClock
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator, start
from gateway.store import Store
from tests.durability.keyed_round import PIPELINE, ROUTE, RUN, ask, gateway_before, keyed_round

pytestmark = pytest.mark.anyio


async def test_two_gateways_never_start_two_runs_for_one_key(tmp_path: Path) -> None:
    outcome = await keyed_round(tmp_path, 48, 6, seed=1)

    assert outcome.good, outcome
    assert outcome.told > 0


async def test_what_a_killed_gateway_had_sent_is_unknown_and_is_never_sent_again(tmp_path: Path) -> None:
    with start(SIMULATOR, clock=SystemClock()) as vendor:
        gateway = gateway_before(vendor, tmp_path, "gateway", deadline_s=1, timeout_s=5)
        await gateway.start()
        pipeline = (await ask(gateway.url, PIPELINE))["pipelines"]["nodes"][0]["id"]
        order = {"input": {"pipelineId": pipeline, "branch": "main", "idempotencyKey": "k"}}
        vendor.control.add_fault(Fault(ROUTE, method="POST", kind="hang", perform=True))
        under_way = asyncio.ensure_future(ask(gateway.url, RUN, order))
        while not starts(vendor):
            await asyncio.wait([under_way], timeout=0.002)
        gateway.kill()
        with pytest.raises(httpx.TransportError):
            await under_way
        vendor.control.clear_faults()
        await gateway.start()

        again = (await ask(gateway.url, RUN, order))["runPipeline"]
        gateway.stop()

        assert [error["code"] for error in again["errors"]] == ["IDEMPOTENCY"]
        assert starts(vendor) == 1
    key = decode_id(pipeline)
    assert isinstance(key, PipelineKey)
    asked_for = fingerprint(RunPipeline(pipeline=key, branch="main"), None)
    claim = Claim(caller="anonymous", mutation="runPipeline", key="k", input=asked_for)
    async with Store(tmp_path / "data" / "gateway.sqlite3", now=lambda: datetime.now(UTC) + timedelta(minutes=1)) as later:
        assert await later.mutations.look(claim) == Abandoned()
        (unknown,) = await later.mutations.entries(AuditQuery(outcomes=(AuditOutcome.UNKNOWN,)), None, 9)
    assert unknown.settlement is None


def starts(vendor: RunningSimulator) -> int:
    return sum(call.method == "POST" and call.raw_path.endswith("/builds") for call in vendor.control.calls)
