"""Passing reports on: everything that was acknowledged arrives or is refused for good, at the instance's pace, behind the sender's back."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.domain.ledger import Forwarding, LedgerStore
from gateway.domain.provider import Provider
from gateway.providers.dx.pace import Pace, PaceOptions
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from gateway.store import Store
from tests.providers.dx.forwarding_loop import FAST, ROUTE, app_of, emptied, forwarding_on, until
from tests.providers.dx.opened import NAME, SYNC, T0, client_of, forwarding_settings, open_provider, push

pytestmark = pytest.mark.anyio


async def test_an_account_without_an_instance_passes_nothing_on(provider: Provider, ledger: LedgerStore) -> None:
    await push(provider)

    assert (provider.forwarding, provider.background) == (None, None)
    assert await ledger.forwarding(NAME) == Forwarding()


async def test_a_report_reaches_the_instance_as_it_was_meant(ledger: LedgerStore, instance: RunningSimulator) -> None:
    provider = open_provider(ledger, forwarding_settings(instance))
    await push(
        provider, t=0.75, finished_at=T0 + timedelta(seconds=300), status="success", repository="acme/web", commit_sha="9fceb02",
        pr_number=17, head_branch="main", source_url="https://ci.example.com/1", email="dev@example.com", github_username="octo",
        gitlab_username="fox",
    )  # fmt: skip
    assert provider.background is not None
    assert provider.forwarding is not None
    waiting = await provider.forwarding()
    loop = asyncio.create_task(provider.background())
    await until(app_of(instance).records.all)
    await emptied(ledger)
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    await provider.close()

    (call,) = instance.control.calls
    assert (call.method, call.raw_path, call.query) == ("POST", SYNC, "")
    assert msgspec.json.decode(call.body) == {
        "pipeline_name": "web", "pipeline_source": "Jenkins", "reference_id": "run-1", "started_at": "1767225600",
        "finished_at": "1767225900", "status": "success", "repository": "acme/web", "commit_sha": "9fceb02", "pr_number": 17,
        "head_branch": "main", "source_url": "https://ci.example.com/1", "email": "dev@example.com", "github_username": "octo",
        "gitlab_username": "fox",
    }  # fmt: skip
    assert waiting.queued == 1
    assert await provider.forwarding() == Forwarding()


async def test_upsert_takes_times_in_iso_8601(ledger: LedgerStore, instance: RunningSimulator, pushing: Provider) -> None:
    await push(pushing, t=5, status="running")
    async with forwarding_on(ledger, instance.base_url, instance.token, method="upsert"):
        await emptied(ledger)

    (call,) = instance.control.calls
    sent = msgspec.json.decode(call.body)
    assert call.raw_path == "/api/pipelineRuns.upsert"
    assert sent["started_at"] == "2026-01-01T00:00:05Z"
    assert {"finished_at", "email"}.isdisjoint(sent)


async def test_a_state_nobody_gave_is_not_sent(ledger: LedgerStore, instance: RunningSimulator, pushing: Provider) -> None:
    await push(pushing)
    async with forwarding_on(ledger, instance.base_url, instance.token):
        await emptied(ledger)

    assert "status" not in msgspec.json.decode(instance.control.calls[0].body)
    assert app_of(instance).records.all()[0].status == "unknown"


async def test_the_instance_is_called_at_the_configured_pace(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider
) -> None:
    for number in range(12):
        await push(pushing, reference_id=f"run-{number}")
    async with forwarding_on(ledger, instance.base_url, instance.token, pace=msgspec.structs.replace(FAST, per_second=40)):
        await emptied(ledger)

    times = [call.started_at for call in instance.control.calls]
    assert len(times) == 12
    assert times[-1] - times[0] >= 11 / 40 * 0.9


async def test_slow_answers_do_not_slow_the_pace(ledger: LedgerStore, instance: RunningSimulator, pushing: Provider) -> None:
    instance.control.set_latency(0.15)
    for number in range(8):
        await push(pushing, reference_id=f"run-{number}")
    async with forwarding_on(ledger, instance.base_url, instance.token):
        await emptied(ledger)

    assert instance.control.max_in_flight > 1


async def test_retry_after_is_honoured_for_all_reports(ledger: LedgerStore, instance: RunningSimulator, pushing: Provider) -> None:
    instance.control.add_fault(Fault(ROUTE, status=429, headers={"Retry-After": "1"}, times=1))
    for number in range(4):
        await push(pushing, reference_id=f"run-{number}")
    one_by_one = msgspec.structs.replace(FAST, per_second=20)
    async with forwarding_on(ledger, instance.base_url, instance.token, pace=one_by_one, timeout_s=0.1):
        await until(lambda: len(instance.control.calls) >= 2)

    first, second = (call.started_at for call in instance.control.calls[:2])
    assert second - first >= 0.95


async def test_an_instance_that_limits_gets_everything_all_the_same(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider
) -> None:
    app_of(instance).settings.rate_limit = 3
    app_of(instance).settings.retry_after_header = False
    instance.control.rate_limit_enabled = True
    for number in range(6):
        await push(pushing, reference_id=f"run-{number}")
    async with forwarding_on(ledger, instance.base_url, instance.token, timeout_s=0.1):
        await until(lambda: len(app_of(instance).records.all()) == 3)
        instance.clock.advance(2)  # type: ignore[attr-defined]  # a ManualClock
        await emptied(ledger)

    assert len(app_of(instance).records.all()) == 6


async def test_the_sender_never_waits_for_the_instance(ledger: LedgerStore, instance: RunningSimulator) -> None:
    instance.control.add_fault(Fault(ROUTE, kind="hang"))
    provider = open_provider(ledger, forwarding_settings(instance))
    assert provider.background is not None
    loop = asyncio.create_task(provider.background())
    fields = {"pipeline_name": "web", "pipeline_source": "Jenkins", "started_at": 100}
    async with client_of(provider) as client:
        await client.post(SYNC, json=fields | {"reference_id": "first"})
        await until(lambda: instance.control.in_flight)
        started_at = time.monotonic()
        answer = await client.post(SYNC, json=fields | {"reference_id": "second"})
        took_s = time.monotonic() - started_at
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    await provider.close()

    assert answer.json() == {"ok": True}
    assert took_s < 2.0, "an instance that hangs does so for 10 s"


async def test_a_report_is_passed_on_at_once_when_the_loop_is_idle(ledger: LedgerStore, instance: RunningSimulator) -> None:
    provider = open_provider(ledger, forwarding_settings(instance, forward_per_second=1000.0))
    assert provider.background is not None
    loop = asyncio.create_task(provider.background())
    await asyncio.sleep(0.05)
    started_at = time.monotonic()
    await push(provider)
    await until(lambda: instance.control.calls_total)
    took_s = time.monotonic() - started_at
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    await provider.close()

    assert took_s < 0.7, "the next look would be after a second"


async def test_what_was_not_passed_on_is_after_a_restart(tmp_path: Path, instance: RunningSimulator) -> None:
    async with Store(tmp_path / "kept.sqlite") as store:
        first = open_provider(store.ledger, forwarding_settings(instance))
        await push(first)
        await first.close()
    async with Store(tmp_path / "kept.sqlite") as store, forwarding_on(store.ledger, instance.base_url, instance.token):
        await emptied(store.ledger)

    assert [record.reference_id for record in app_of(instance).records.all()] == ["run-1"]


def test_waits_grow_up_to_the_longest_and_differ_by_chance() -> None:
    options = PaceOptions(per_second=5)
    longest, shortest = Pace(options, lambda: 0.0), Pace(options, lambda: 1.0)

    assert [longest.wait_s(failed) for failed in (0, 1, 2, 8, 9, 1000)] == [1, 2, 4, 256, 300, 300]
    assert [shortest.wait_s(failed) for failed in (0, 1, 9)] == [0.5, 1, 150]
