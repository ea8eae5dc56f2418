"""Neither the credential nor what the vendor hides in secret fields comes out anywhere."""

import logging
import traceback

import msgspec
import pytest

from gateway.domain.errors import GatewayError
from gateway.domain.provider import Provider
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case
from tests.contract.nouns import ALL, Noun, runs_of
from tests.contract.runs import Runs

pytestmark = pytest.mark.anyio


def _secrets(case: Case, simulator: RunningSimulator) -> tuple[str, ...]:
    return (simulator.token, *case.secrets)


def _shown(value: object) -> str:
    return repr(value) + msgspec.json.encode(value).decode()


async def test_no_value_holds_a_secret(case: Case, noun: Noun, provider: Provider, simulator: RunningSimulator) -> None:
    values = await noun.sample(provider)
    by_key = await getattr(getattr(provider, noun.port), noun.get)([value.key for value in values], ALL)

    for value in (*values, *by_key):
        for secret in _secrets(case, simulator):
            assert secret not in _shown(value)


@pytest.mark.needs("jobs")
async def test_logs_of_jobs_hold_no_secret_of_ours(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    assert provider.jobs is not None
    for build in await runs_of(provider, 5):
        for job in (await provider.jobs.list_jobs(build.key, None, 5, ALL)).items:
            log = await provider.jobs.read_log(job.key, 4096) if getattr(job, "has_log", False) else None  # type: ignore[union-attr]
            assert simulator.token not in repr(log)


@pytest.mark.parametrize("status", [401, 403, 404, 422, 500])
async def test_an_echoed_credential_is_hidden(case: Case, provider: Provider, simulator: RunningSimulator, status: int) -> None:
    body = msgspec.json.encode({"message": f"Token {simulator.token} is odd", "error": simulator.token}).decode()
    simulator.control.add_fault(Fault(case.runs_route, status=status, body=body))

    with pytest.raises(GatewayError) as caught:
        await anext(Runs(provider).stream(page_size=5))

    told = "".join(traceback.format_exception(caught.value, chain=True)) + repr(caught.value) + _shown(caught.value.problem())
    assert simulator.token not in told


@pytest.mark.parametrize("kind", ["cut", "html", "wrong_types", "drop_after_read"])
async def test_no_failure_quotes_the_answer_or_the_credential(
    case: Case, provider: Provider, simulator: RunningSimulator, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    simulator.control.add_fault(Fault(".*", kind=kind))  # type: ignore[arg-type]  # one of FaultKind
    told: list[str] = []

    try:
        chunk = await anext(Runs(provider).stream(page_size=5))
        told.append(repr(chunk))
        told += ["".join(traceback.format_exception(item.error)) for item in chunk.items if hasattr(item, "error")]
    except GatewayError as error:
        told.append("".join(traceback.format_exception(error)) + repr(error))
    told += [str(record.__dict__) for record in caplog.records]

    for secret in _secrets(case, simulator):
        assert not [text for text in told if secret in text]


async def test_reprs_and_log_records_hold_no_credential(
    case: Case, provider: Provider, simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    await runs_of(provider, 30)

    shown = [repr(provider), repr(getattr(provider, Runs(provider).port)), *(str(record.__dict__) for record in caplog.records)]
    assert not [text for text in shown if simulator.token in text]


async def test_the_simulator_records_no_credential_either(provider: Provider, simulator: RunningSimulator) -> None:
    await runs_of(provider, 5)

    assert simulator.token not in repr(simulator.control.calls)
