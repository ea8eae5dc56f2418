"""Triggers of both kinds, from as few calls as can be."""

from typing import Any

import msgspec
import pytest

from gateway.domain.errors import NotFoundError, UpstreamUnavailableError
from gateway.domain.keys import PipelineKey, TriggerKey
from gateway.domain.provider import Provider
from gateway.domain.trigger import TriggerType
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.opened import ALL, NAME, pipelines_of

pytestmark = pytest.mark.anyio

HERMES = "/api/hermes/triggers"
NOBODY = PipelineKey(NAME, ("65f1c441ffffffffffffffff",))


def triggers_of(provider: Provider) -> Any:
    assert provider.triggers is not None
    return provider.triggers


async def test_a_pipelines_triggers_come_from_two_places(provider: Provider, uneven: RunningSimulator) -> None:
    pipeline = (await pipelines_of(provider))[0]
    uneven.control.reset_calls()

    (found,) = await triggers_of(provider).list_triggers([pipeline.key], ALL)

    assert {trigger.type for trigger in found} >= {TriggerType.GIT, TriggerType.REGISTRY, TriggerType.HELM}
    assert all(trigger.pipeline == pipeline.key for trigger in found)
    assert len({trigger.key for trigger in found}) == len(found)
    assert sorted(call.raw_path for call in uneven.control.calls) == [
        f"{HERMES}/pipeline/{pipeline.external_id}",
        f"/api/pipelines/{pipeline.external_id}",
    ]
    assert [call.query for call in uneven.control.calls] == ["", ""]  # event data holds secrets: it is not asked for


async def test_fifty_pipelines_cost_two_calls_and_say_the_same(provider: Provider, uneven: RunningSimulator) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)]
    uneven.control.reset_calls()

    found = await triggers_of(provider).list_triggers(keys, ALL)

    assert uneven.control.calls_total == 2
    assert {trigger.type for triggers in found for trigger in triggers} == set(TriggerType) - {TriggerType.UNKNOWN}
    assert [(await triggers_of(provider).list_triggers([key], ALL))[0] for key in keys] == found


async def test_triggers_by_key_cost_only_the_half_they_are_in(provider: Provider, uneven: RunningSimulator) -> None:
    key = (await pipelines_of(provider))[0].key
    (listed,) = await triggers_of(provider).list_triggers([key], ALL)
    own = [trigger for trigger in listed if trigger.type is TriggerType.GIT]
    events = [trigger for trigger in listed if trigger.event_uri is not None]
    costs: list[int] = []

    for wanted in (own, events, listed):
        uneven.control.reset_calls()
        assert list(await triggers_of(provider).get_triggers([trigger.key for trigger in wanted], ALL)) == list(wanted)
        costs.append(uneven.control.calls_total)

    assert costs == [1, 1, 2]


async def test_absent_triggers_are_values(provider: Provider) -> None:
    key = (await pipelines_of(provider))[0].key
    parts = [
        (key.parts[0], "git", "x"), (key.parts[0], "event", "x"), (key.parts[0], "moon", "x"), (NOBODY.parts[0], "git", "x"), ("x", "git", "x"),
    ]  # fmt: skip

    found = await triggers_of(provider).get_triggers([TriggerKey(NAME, each) for each in parts], ALL)
    listed = await triggers_of(provider).list_triggers([NOBODY, PipelineKey(NAME, ("shop/deploy",)), key], ALL)

    assert [type(answer) for answer in found] == [NotFoundError] * 5
    assert [type(answer) for answer in listed] == [NotFoundError, NotFoundError, tuple]


@pytest.mark.parametrize("count", [1, 4])
async def test_half_of_the_triggers_is_an_error(provider: Provider, uneven: RunningSimulator, count: int) -> None:
    keys = [pipeline.key for pipeline in (await pipelines_of(provider))[:count]]
    body = '{"status":500,"message":"failed to list triggers for pipeline","error":"redis: connection refused"}'
    uneven.control.add_fault(Fault(HERMES, status=500, body=body))

    found = await triggers_of(provider).list_triggers(keys, ALL)

    assert [type(answer) for answer in found] == [UpstreamUnavailableError] * count
    assert found[0].message == "failed to list triggers for pipeline: redis: connection refused"


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("status", [404, 500])
async def test_a_trigger_manager_that_knows_no_triggers_is_not_at_fault(
    provider: Provider, uneven: RunningSimulator, count: int, status: int
) -> None:
    keys = [pipeline.key for pipeline in (await pipelines_of(provider))[:count]]
    body = msgspec.json.encode({"status": status, "message": "failed to list triggers", "error": "trigger not found"}).decode()
    uneven.control.add_fault(Fault(HERMES, status=status, body=body))

    found = await triggers_of(provider).list_triggers(keys, ALL)

    assert {trigger.type for triggers in found for trigger in triggers} <= {TriggerType.GIT, TriggerType.CRON}
    assert all(isinstance(triggers, tuple) for triggers in found)


async def test_a_link_that_cannot_be_read_spoils_only_its_pipeline(provider: Provider, uneven: RunningSimulator) -> None:
    keys = [pipeline.key for pipeline in (await pipelines_of(provider))[:4]]
    expected = await triggers_of(provider).list_triggers(keys, ALL)
    uneven.control.add_fault(Fault(f"{HERMES}$", kind="wrong_types", fields=("event",), row=0))

    assert await triggers_of(provider).list_triggers(keys, ALL) == expected
