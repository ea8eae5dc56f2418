"""What each kind of failure means for a report: later, for good, or not before the operator has mended something."""

import asyncio
from typing import Any

import msgspec
import pytest

from gateway.domain.errors import StoreUnavailableError
from gateway.domain.ledger import Forwarding, LedgerStore
from gateway.domain.provider import Provider
from gateway.providers.dx.client import DxClient
from gateway.providers.dx.simulator.keys import EXPIRED_KEY, INACTIVE_KEY
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.dx.failing_ledger import FailingLedger
from tests.providers.dx.forwarding_loop import FAST, ROUTE, app_of, emptied, first_error, forwarding_on, state_when, until
from tests.providers.dx.opened import NAME, push

pytestmark = pytest.mark.anyio


TRANSIENT = {
    "500": Fault(ROUTE, status=500, times=2),
    "502 of a proxy": Fault(ROUTE, status=502, body="<html>Bad gateway</html>", times=2),
    "429": Fault(ROUTE, status=429, times=2),
    "408": Fault(ROUTE, status=408, times=1),
    "a word for later": Fault(ROUTE, status=200, body='{"ok":false,"error":"internal_error"}', times=1),
    "no answer": Fault(ROUTE, kind="hang", times=1),
    "a broken connection": Fault(ROUTE, kind="drop_after_read", times=1),
    "half an answer": Fault(ROUTE, kind="cut", times=1),
    "a web page": Fault(ROUTE, kind="html", times=1),
    "neither ok nor an error": Fault(ROUTE, status=200, body="{}", times=1),
    "an empty answer": Fault(ROUTE, status=200, body="", times=1),
}


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT.keys())
async def test_what_may_go_well_later_is_sent_until_it_does(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider, fault: Fault
) -> None:
    instance.control.add_fault(fault)
    for number in range(3):
        await push(pushing, reference_id=f"run-{number}", status="success")
    async with forwarding_on(ledger, instance.base_url, instance.token, timeout_s=0.2):
        state = await emptied(ledger)

    assert {record.reference_id for record in app_of(instance).records.all()} == {"run-0", "run-1", "run-2"}
    assert state == Forwarding()


FINAL = {
    "a missing argument": Fault(ROUTE, status=422, body='{"ok":false,"error":"required_params_missing"}', times=1),
    "an argument it does not like": Fault(
        ROUTE, status=422, body='{"ok":false,"error":"invalid_arguments","message":"no"}', times=1
    ),
    "a word nobody knows, on 422": Fault(ROUTE, status=422, body='{"ok":false,"error":"too_odd"}', times=1),
    "a word nobody knows, on 200": Fault(ROUTE, status=200, body='{"ok":false,"error":"too_odd"}', times=1),
    "400 without a word": Fault(ROUTE, status=400, body="", times=1),
    "conflict": Fault(ROUTE, status=409, body="{}", times=1),
}


@pytest.mark.parametrize("fault", FINAL.values(), ids=FINAL.keys())
async def test_what_is_refused_for_good_is_not_sent_again_and_harms_no_other(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider, fault: Fault
) -> None:
    instance.control.add_fault(fault)
    await push(pushing, reference_id="refused")
    async with forwarding_on(ledger, instance.base_url, instance.token):
        await emptied(ledger)
        await push(pushing, reference_id="good")
        state = await emptied(ledger)

    assert [record.reference_id for record in app_of(instance).records.all()] == ["good"]
    assert (state.queued, state.refused) == (0, 1)
    assert state.last_error is not None
    assert state.last_error.startswith("refused: ")
    assert instance.control.calls_total == 2


CONFIGURATION = {
    "not_authed": Fault(ROUTE, status=422, body='{"ok":false,"error":"not_authed"}'),
    "invalid_auth on 401": Fault(ROUTE, status=401, body='{"ok":false,"error":"invalid_auth"}'),
    "account_inactive on 403": Fault(ROUTE, status=403, body='{"ok":false,"error":"account_inactive"}'),
    "invalid_auth on 200": Fault(ROUTE, status=200, body='{"ok":false,"error":"invalid_auth"}'),
    "unknown_method": Fault(ROUTE, status=404, body='{"ok":false,"error":"unknown_method"}'),
    "401 of a proxy": Fault(ROUTE, status=401, body="who are you?"),
    "403 of a proxy": Fault(ROUTE, status=403, body=""),
    "nothing there": Fault(ROUTE, status=404, body="<html></html>"),
}


@pytest.mark.parametrize("fault", CONFIGURATION.values(), ids=CONFIGURATION.keys())
async def test_what_the_operator_must_mend_stops_the_loop_and_loses_nothing(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider, fault: Fault
) -> None:
    instance.control.add_fault(fault)
    for number in range(20):
        await push(pushing, reference_id=f"run-{number}")
    slow = msgspec.structs.replace(FAST, misconfigured_wait_s=60.0, per_second=50)
    async with forwarding_on(ledger, instance.base_url, instance.token, pace=slow):
        await until(lambda: instance.control.calls_total)
        await asyncio.sleep(0.2)
        tried = instance.control.calls_total
        stopped = await ledger.forwarding(NAME)

    assert tried <= 3, "those that were under way together"
    assert (stopped.queued, stopped.refused) == (20, 0)
    assert stopped.last_error is not None
    assert stopped.last_error.startswith("configuration: ")


async def test_once_the_key_is_right_everything_goes(ledger: LedgerStore, instance: RunningSimulator, pushing: Provider) -> None:
    instance.control.add_fault(Fault(ROUTE, status=422, body='{"ok":false,"error":"invalid_auth"}', times=3))
    for number in range(5):
        await push(pushing, reference_id=f"run-{number}")
    async with forwarding_on(ledger, instance.base_url, instance.token, timeout_s=0.1):
        state = await emptied(ledger)

    assert len(app_of(instance).records.all()) == 5
    assert state == Forwarding()


@pytest.mark.parametrize("switch", ["422", "401/403", "200"])
@pytest.mark.parametrize(
    ("key", "error"), [("wrong", "invalid_auth"), (EXPIRED_KEY, "invalid_auth"), (INACTIVE_KEY, "account_inactive")]
)
async def test_a_wrong_key_is_known_by_its_word_whatever_the_status(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider, switch: Any, key: str, error: str
) -> None:
    app_of(instance).settings.auth_errors = switch
    await push(pushing)
    async with forwarding_on(ledger, instance.base_url, key):
        await until(lambda: instance.control.calls_total >= 2)
        state = await ledger.forwarding(NAME)

    assert (state.queued, state.refused) == (1, 0)
    assert state.last_error is not None
    assert error in state.last_error


async def test_an_instance_that_is_not_there_is_tried_again(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider
) -> None:
    await push(pushing)
    async with forwarding_on(ledger, "http://127.0.0.1:9/api", instance.token):
        state = await first_error(ledger)

    assert state.queued == 1
    assert state.last_error is not None
    assert state.last_error.startswith("UPSTREAM_UNAVAILABLE: ")


async def test_a_store_that_fails_does_not_end_the_loop(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    failing = FailingLedger(ledger)
    failing.break_down()
    await push(pushing)
    async with forwarding_on(failing, instance.base_url, instance.token):
        await until(lambda: "waiting for the store" in caplog.text)
        failing.error = None
        await emptied(ledger)

    assert len(app_of(instance).records.all()) == 1


async def test_a_bug_on_one_report_does_not_stop_the_others(
    ledger: LedgerStore,
    instance: RunningSimulator,
    pushing: Provider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    real = DxClient.record_run

    async def record_run(self: DxClient, notification: Any) -> None:
        if notification.reference_id == "poison":
            raise ZeroDivisionError
        await real(self, notification)

    monkeypatch.setattr(DxClient, "record_run", record_run)
    for name in ("poison", "a", "b"):
        await push(pushing, reference_id=name)
    async with forwarding_on(ledger, instance.base_url, instance.token):
        await until(lambda: len(app_of(instance).records.all()) == 2)
        await until(lambda: "ZeroDivisionError" in caplog.text)
        state = await state_when(ledger, lambda state: state.queued == 1)

    assert state.refused == 0


@pytest.mark.parametrize("status", [200, 401, 422, 500])
async def test_an_echoed_key_shows_nowhere(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    body = msgspec.json.encode({"ok": False, "error": "odd", "message": f"no {instance.token}"}).decode()
    instance.control.add_fault(Fault(ROUTE, status=status, body=body))
    await push(pushing)
    async with forwarding_on(ledger, instance.base_url, instance.token):
        state = await first_error(ledger)

    assert instance.token not in (state.last_error or "")
    assert instance.token not in caplog.text + str([record.__dict__ for record in caplog.records])
    assert instance.token not in repr(pushing)


class Forgetful:
    """A ledger that cannot take note of the first deliveries: they are made, but stay in the outbox."""

    def __init__(self, ledger: LedgerStore, times: int) -> None:
        self._ledger = ledger
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    async def forwarded(self, entries: Any) -> None:
        if self._times:
            self._times -= 1
            raise StoreUnavailableError("The database does not answer.")
        await self._ledger.forwarded(entries)


async def test_any_number_of_short_outages_of_the_store_leaves_the_loop_at_work(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider
) -> None:
    for number in range(30):
        await push(pushing, reference_id=f"run-{number}", status="success")

    pace = msgspec.structs.replace(FAST, per_second=100)
    async with forwarding_on(Forgetful(ledger, 12), instance.base_url, instance.token, pace=pace):  # type: ignore[arg-type]  # all of it
        await until(lambda: len(app_of(instance).records.all()) == 30)


async def test_what_was_taken_and_not_tried_does_not_wait_for_its_lease(
    ledger: LedgerStore, instance: RunningSimulator, pushing: Provider
) -> None:
    instance.control.add_fault(Fault(ROUTE, status=429, times=1))
    for number in range(20):
        await push(pushing, reference_id=f"run-{number}", status="success")

    pace = msgspec.structs.replace(FAST, per_second=100)
    async with forwarding_on(ledger, instance.base_url, instance.token, pace=pace):
        await state_when(ledger, lambda state: state.queued == 0, within_s=2.5)  # a lease is 4.9 s here
