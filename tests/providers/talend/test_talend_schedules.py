"""Schedules of the vendor's own, timetables in run configurations, and what will start when."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from gateway.domain.errors import (
    ConflictError,
    GatewayError,
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    RateLimitedError,
    UpstreamCredentialError,
    UpstreamUnavailableError,
)
from gateway.domain.keys import EnvironmentKey, PipelineKey, ScheduleKey
from gateway.domain.provider import Provider
from gateway.domain.run_configuration import RunConfiguration
from gateway.domain.schedule import Schedule, ScheduledRun, ScheduleFrequency, ScheduleQuery
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.opened import ALL, NAME, collect, ids, paths, query_of
from tests.providers.talend.vendor import Vendor

pytestmark = pytest.mark.anyio

SCHEDULES = "/orchestration/schedules"
TASKS = "/orchestration/executables/tasks"
PLANS = "/orchestration/executables/plans"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def schedules_of(provider: Provider, **query: Any) -> list[Any]:
    assert provider.schedules is not None
    return await collect(provider.schedules.stream_schedules(ScheduleQuery(**query), None, 100, ALL))


async def of_pipelines(provider: Provider, *parts: tuple[str, ...]) -> list[Any]:
    assert provider.schedules is not None
    return list(await provider.schedules.schedules_of([PipelineKey(NAME, each) for each in parts], ALL))


async def by_key(provider: Provider, *parts: tuple[str, ...]) -> list[Any]:
    assert provider.schedules is not None
    return list(await provider.schedules.get_schedules([ScheduleKey(NAME, each) for each in parts], ALL))


async def next_of(provider: Provider, schedules: list[Any], first: int = 3, until: datetime | None = None) -> list[Any]:
    assert provider.schedules is not None
    return list(await provider.schedules.next_runs(schedules, first, until))


class TestList:
    async def test_the_vendors_own_come_in_its_order(self, provider: Provider, tenant: Vendor) -> None:
        found = await schedules_of(provider)

        assert ids(found) == list(tenant.data.schedules)
        assert paths(tenant.running) == [SCHEDULES]
        opening = next(each for each in found if each.description == "Shop opening hours")
        assert opening.pipeline == PipelineKey(NAME, ("task", tenant.task("Load customers from CRM")))
        assert [trigger.name for trigger in opening.triggers] == ["opening-hours", "lunch", "weekend"]

    async def test_environments_and_those_in_use_are_the_vendors_to_filter(self, provider: Provider, tenant: Vendor) -> None:
        production = tenant.environment("Production")

        found = await schedules_of(provider, environments=(EnvironmentKey(NAME, (production,)),), in_use=True)

        assert ids(found) == [
            key for key, each in tenant.data.schedules.items() if each["environmentId"] == production and each.get("executableId")
        ]
        assert query_of(tenant.running.control.calls[0])[2:] == [("environmentId", production), ("onlyBound", "true")]

    async def test_those_not_in_use_and_descriptions_are_compared_by_the_gateway(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.schedules is not None

        unused = await schedules_of(provider, in_use=False)
        described = await schedules_of(provider, description_contains="STOCK")
        query = ScheduleQuery(in_use=False, description_contains=".*")
        (chunk,) = [each async for each in provider.schedules.stream_schedules(query, None, 100, ALL)]

        assert ids(unused) == [key for key, each in tenant.data.schedules.items() if not each.get("executableId")]
        assert ids(described) == [tenant.schedule("Stock counts, fifteen a day")]
        assert chunk.items == ()  # no regular expression reaches the vendor
        assert chunk.applied_locally == ("description_contains", "in_use")


class TestByKey:
    async def test_both_kinds_are_found_again(self, provider: Provider, tenant: Vendor) -> None:
        task = tenant.task("Load orders from shop")

        found = await by_key(
            provider, ("schedule", tenant.schedule("Month-end")), ("task", task), ("task", "f" * 24), ("schedule", "no such id!")
        )

        assert [type(each) for each in found] == [Schedule, Schedule, NotFoundError, NotFoundError]
        assert found[1].key == ScheduleKey(NAME, ("task", task))
        assert found[1].pipeline == PipelineKey(NAME, ("task", task))
        assert len(paths(tenant.running)) == 3

    async def test_many_of_the_vendors_own_cost_one_call(self, provider: Provider, tenant: Vendor) -> None:
        wanted = list(tenant.data.schedules)

        found = await by_key(provider, *(("schedule", each) for each in [*wanted, *wanted]))

        assert ids(found) == [*wanted, *wanted]
        assert paths(tenant.running) == [SCHEDULES]

    async def test_a_pipeline_started_by_hand_or_by_a_schedule_has_no_timetable_of_its_own(
        self, provider: Provider, tenant: Vendor
    ) -> None:
        by_hand, by_schedule = tenant.task("Enrich orders with margin"), tenant.task("Load customers from CRM")

        found = await by_key(provider, ("task", by_hand), ("task", by_schedule))

        assert [type(each) for each in found] == [NotFoundError, NotFoundError]

    @pytest.mark.parametrize("parts", [(), ("task",), ("job", "x"), ("schedule", "x", "y")])
    async def test_a_damaged_key_costs_nothing(self, provider: Provider, uneven: RunningSimulator, parts: tuple[str, ...]) -> None:
        (found,) = await by_key(provider, parts)

        assert type(found) is InvalidInputError
        assert paths(uneven) == []


class TestOfPipelines:
    async def test_a_timetable_of_its_own_costs_one_call(self, provider: Provider, tenant: Vendor) -> None:
        task = tenant.task("Load orders from shop")

        (found,) = await of_pipelines(provider, ("task", task))

        assert isinstance(found, Schedule)
        assert [trigger.frequency for trigger in found.triggers] == [ScheduleFrequency.DAILY]
        assert paths(tenant.running) == [f"{TASKS}/{task}/run-config"]

    async def test_a_linked_schedule_costs_two(self, provider: Provider, tenant: Vendor) -> None:
        plan = tenant.plan("Month-end close")

        (found,) = await of_pipelines(provider, ("plan", plan))

        assert isinstance(found, Schedule)
        assert found.key == ScheduleKey(NAME, ("schedule", tenant.schedule("Month-end")))
        assert paths(tenant.running) == [f"{PLANS}/{plan}/run-config", f"{PLANS}/{plan}/schedule"]

    async def test_what_never_starts_by_itself_has_none(self, provider: Provider, tenant: Vendor) -> None:
        by_hand, unconfigured = tenant.task("Enrich orders with margin"), tenant.task("Basket rules experiment", "Development")

        assert await of_pipelines(provider, ("task", by_hand), ("task", unconfigured)) == [None, None]
        assert await of_pipelines(provider, ("task", "f" * 24)) == [None]

    async def test_of_many_linked_ones_share_a_page(self, provider: Provider, tenant: Vendor) -> None:
        keys = [("task", each) for each in tenant.data.tasks] + [("plan", each) for each in tenant.data.plans]
        linked = {each["executableId"] for each in tenant.data.schedules.values() if each.get("executableId")}

        found = await of_pipelines(provider, *keys)
        alone = [(await of_pipelines(provider, key))[0] for key in keys]

        assert found == alone
        assert {each.pipeline.parts[1] for each in found if each is not None and each.key.parts[0] == "schedule"} == linked
        assert len(linked) == 3

    async def test_of_many_the_calls_are_a_page_and_one_for_each_that_is_not_linked(
        self, provider: Provider, tenant: Vendor
    ) -> None:
        keys = [("task", each) for each in tenant.data.tasks] + [("plan", each) for each in tenant.data.plans]

        await of_pipelines(provider, *keys, *keys)

        assert len(paths(tenant.running)) == 1 + len(keys) - 3
        assert query_of(tenant.running.control.calls[0])[2:] == [("onlyBound", "true")]

    async def test_a_list_that_fails_or_is_cut_costs_more_calls_and_nothing_else(self, provider: Provider, tenant: Vendor) -> None:
        keys = [("plan", each) for each in tenant.data.plans]
        good = await of_pipelines(provider, *keys)
        tenant.running.control.add_fault(Fault(f"{SCHEDULES}$", status=503))

        assert await of_pipelines(provider, *keys) == good
        tenant.running.control.clear_faults()
        tenant.running.control.add_fault(Fault(f"{SCHEDULES}$", kind="wrong_types", fields=("id",), row=1))
        assert await of_pipelines(provider, *keys) == good

    @pytest.mark.parametrize(
        ("fault", "kind", "calls"),
        [
            (Fault("orchestration", status=503), UpstreamUnavailableError, 2),
            (Fault("orchestration", status=429), RateLimitedError, 1),
            (Fault("orchestration", status=401), UpstreamCredentialError, 1),
        ],
    )
    async def test_a_vendor_that_answers_nobody_is_not_called_for_each(
        self, provider: Provider, tenant: Vendor, fault: Fault, kind: type, calls: int
    ) -> None:
        keys = [("task", each) for each in tenant.data.tasks] + [("plan", each) for each in tenant.data.plans]
        tenant.running.control.add_fault(fault)

        found = await of_pipelines(provider, *keys)

        assert [type(each) for each in found] == [kind] * len(keys)
        assert len(paths(tenant.running)) == calls

    async def test_who_may_not_list_schedules_sees_those_of_pipelines(self, provider: Provider, tenant: Vendor) -> None:
        keys = [("task", each) for each in tenant.data.tasks]
        good = await of_pipelines(provider, *keys)
        tenant.running.control.add_fault(Fault(f"{SCHEDULES}$", status=403))

        assert await of_pipelines(provider, *keys) == good

    async def test_one_that_fails_fails_alone(self, provider: Provider, tenant: Vendor) -> None:
        first, second = list(tenant.data.tasks)[:2]
        tenant.running.control.add_fault(Fault(first, status=409))

        found = await of_pipelines(provider, ("task", first), ("task", second), ("task",), ("task", "no such id!"))

        assert [type(each) for each in found] == [ConflictError, Schedule, InvalidInputError, type(None)]


class TestRunConfigurations:
    async def test_each_costs_one_call(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.run_configurations is not None
        names = ["Load orders from shop", "Load customers from CRM", "Orders API"]
        keys = [PipelineKey(NAME, ("task", tenant.task(name))) for name in names]
        unconfigured = PipelineKey(NAME, ("task", tenant.task("Basket rules experiment", "Development")))

        found = await provider.run_configurations.run_configurations_of([*keys, unconfigured, *keys], ALL)

        daily, linked, service = found[:3]
        assert isinstance(daily, RunConfiguration)
        assert isinstance(linked, RunConfiguration)
        assert isinstance(service, RunConfiguration)
        assert daily.timeout_s == 5_400
        assert daily.trigger is not None
        assert daily.trigger.frequency is ScheduleFrequency.DAILY
        assert daily.runtime is not None
        assert daily.runtime.type == "REMOTE_ENGINE_CLUSTER"
        assert (linked.has_many_triggers, linked.trigger) == (True, None)
        assert service.microservice_port == "9080"
        assert found[3] is None
        assert len(paths(tenant.running)) == 4

    async def test_one_that_fails_fails_alone(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.run_configurations is not None
        first, second = list(tenant.data.tasks)[:2]
        tenant.running.control.add_fault(Fault(first, kind="wrong_types"))
        keys = [PipelineKey(NAME, ("task", first)), PipelineKey(NAME, ("task", second)), PipelineKey(NAME, ("x", "y"))]

        found = await provider.run_configurations.run_configurations_of(keys, ALL)

        assert [type(each) for each in found] == [MalformedResponseError, RunConfiguration, InvalidInputError]


class TestNextRuns:
    async def test_both_kinds_start_by_the_vendors_clock(self, provider: Provider, tenant: Vendor) -> None:
        task, plan = tenant.task("Load orders from shop"), tenant.plan("Hourly stock")
        schedules = await of_pipelines(provider, ("task", task), ("plan", plan))
        tenant.running.control.reset_calls()

        own, linked = await next_of(provider, schedules)

        assert own == tuple(ScheduledRun(at=datetime(2026, 3, day, 1, 15, tzinfo=UTC)) for day in (3, 4, 5))  # 2:15 in Paris
        assert [run.at for run in linked] == [datetime(2026, 3, 2, hour, 20, tzinfo=UTC) for hour in (12, 13, 14)]
        assert [run.trigger for run in linked] == ["slot-13", "slot-14", "slot-15"]
        assert sorted(paths(tenant.running)) == sorted(
            [f"{TASKS}/{task}/run-config/events", f"{SCHEDULES}/{linked_id(tenant)}/events"]
        )
        begin, end, limit = (dict(query_of(tenant.running.control.calls[0]))[name] for name in ("from", "to", "limit"))
        # The vendor tells its time to the second, and some have passed since.
        assert 0 <= int(begin) - NOW.timestamp() * 1000 < 60_000
        assert int(end) - int(begin) == 60 * 24 * 3600 * 1000
        assert limit == "3"

    async def test_a_vendor_whose_clock_is_out_of_its_mind_is_asked_by_this_machines(
        self, provider: Provider, tenant: Vendor
    ) -> None:
        task = tenant.task("Load orders from shop")
        far = Fault("run-config$", status=200, headers={"date": "Fri, 31 Dec 9999 23:59:59 GMT"}, perform=True)
        body = b'{"trigger":{"type":"DAILY","interval":1,"startDate":"2026-01-01"}}'
        tenant.running.control.add_fault(msgspec.structs.replace(far, body=body.decode()))
        schedules = await of_pipelines(provider, ("task", task))

        (found,) = await next_of(provider, schedules)

        assert isinstance(found, tuple)
        begin = int(dict(query_of(tenant.running.control.calls[-1]))["from"]) / 1000
        assert abs(begin - time.time()) < 60

    async def test_a_start_at_the_end_of_time_is_shown_as_such(self, provider: Provider, tenant: Vendor) -> None:
        schedules = await of_pipelines(provider, ("task", tenant.task("Load orders from shop")))
        tenant.running.control.add_fault(Fault("events$", status=200, body='["9999-12-31T23:59:59-01:00"]'))

        (found,) = await next_of(provider, schedules, 1)

        assert found == (ScheduledRun(at=datetime.max.replace(tzinfo=UTC)),)

    async def test_an_end_is_kept_to(self, provider: Provider, tenant: Vendor) -> None:
        schedules = await of_pipelines(provider, ("task", tenant.task("Load orders from shop")))

        (until_then,) = await next_of(provider, schedules, 50, NOW + timedelta(days=3))
        (past,) = await next_of(provider, schedules, 50, NOW - timedelta(days=3))

        assert len(until_then) == 3
        assert past == ()

    async def test_a_far_end_is_asked_for_in_windows_until_there_are_enough(self, provider: Provider, tenant: Vendor) -> None:
        schedules = await of_pipelines(provider, ("task", tenant.task("Export general ledger")))
        tenant.running.control.reset_calls()

        (few,) = await next_of(provider, schedules, 5, NOW + timedelta(days=4_000))
        calls = len(paths(tenant.running))
        (all_of_a_year,) = await next_of(provider, schedules, 100, NOW + timedelta(days=4_000))

        assert len(few) == 5
        assert calls == 2
        months = [(run.at.year, run.at.month) for run in all_of_a_year]  # twice on one day of each; never further than a year
        assert months == [month for month in [*((2026, n) for n in range(4, 13)), *((2027, n) for n in range(1, 4))] for _ in "ab"]
        assert all_of_a_year[:5] == few
        assert len(set(all_of_a_year)) == 24
        assert len(paths(tenant.running)) == calls + 7

    async def test_more_than_a_page_in_one_window(self, provider: Provider, tenant: Vendor) -> None:
        schedules = await of_pipelines(provider, ("task", tenant.task("Load stock levels")))

        (found,) = await next_of(provider, schedules, 250)

        assert len(found) == 250
        gaps = {later.at - sooner.at for sooner, later in pairwise(found)}
        assert gaps == {timedelta(hours=1), timedelta(hours=8)}  # hourly by day, and a night

    async def test_what_does_not_start_by_the_clock_costs_nothing(self, provider: Provider, tenant: Vendor) -> None:
        by_webhook = await of_pipelines(provider, ("task", tenant.task("Returns pipeline")))
        unused = await schedules_of(provider, in_use=False)
        tenant.running.control.reset_calls()

        assert by_webhook[0].triggers[0].frequency is ScheduleFrequency.WEBHOOK
        assert await next_of(provider, [*by_webhook, *unused]) == [()] * (1 + len(unused))
        assert paths(tenant.running) == []

    async def test_one_that_fails_fails_alone(self, provider: Provider, tenant: Vendor) -> None:
        first, second = tenant.task("Load orders from shop"), tenant.task("Load stock levels")
        schedules = await of_pipelines(provider, ("task", first), ("task", second))
        tenant.running.control.add_fault(Fault(f"{first}/run-config/events", status=200, body='["soon"]'))

        found = await next_of(provider, schedules)

        assert isinstance(found[0], MalformedResponseError)
        assert len(found[1]) == 3
        assert not isinstance(found[1], GatewayError)


def linked_id(tenant: Vendor) -> str:
    return tenant.schedule("Stock counts, fifteen a day")
