"""Promotions, who may execute them, and what they would do."""

from typing import Any

import pytest

from gateway.domain.errors import InvalidInputError, MalformedResponseError, NotFoundError, UpstreamUnavailableError
from gateway.domain.keys import EnvironmentKey, ExecutionKey, PromotionKey
from gateway.domain.promotion import Promotion, PromotionOptions, PromotionQuery, PromotionUsers
from gateway.domain.promotion_report import PromotionReport, ReportStatus
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.talend.promotion_mapping import PROMOTION_STATUSES, REPORT_STATUSES, promotion_status
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.opened import ALL, NAME, collect, ids, paths
from tests.providers.talend.vendor import Vendor

pytestmark = pytest.mark.anyio

PROMOTIONS = "/orchestration/executables/promotions"


async def promotions_of(provider: Provider, **query: Any) -> list[Any]:
    assert provider.promotions is not None
    return await collect(provider.promotions.stream_promotions(PromotionQuery(**query), None, 100, ALL))


def keys_of(tenant: Vendor) -> list[PromotionKey]:
    return [PromotionKey(NAME, (each,)) for each in tenant.data.promotions]


async def test_the_list_leaves_out_descriptions_and_says_so(provider: Provider, tenant: Vendor) -> None:
    assert provider.promotions is not None
    listed = await promotions_of(provider)

    found = await provider.promotions.get_promotions([each.key for each in listed], ALL)

    assert ids(listed) == list(tenant.data.promotions)
    assert not any(each.whole or each.description for each in listed)
    whole = [each for each in found if isinstance(each, Promotion)]
    assert [each.description for each in whole] == [each.get("description") for each in tenant.data.promotions.values()]
    assert any(each.description for each in whole)
    assert all(each.whole for each in whole)
    assert len(paths(tenant.running)) == 1 + len(listed)


async def test_filters_are_applied_by_the_gateway(provider: Provider, tenant: Vendor) -> None:
    assert provider.promotions is not None
    staging = EnvironmentKey(NAME, (tenant.environment("Staging"),))

    into = await promotions_of(provider, target_environments=(staging,))
    out = await promotions_of(provider, source_environments=(staging,))
    named = await promotions_of(provider, name_contains="TO production")
    query = PromotionQuery(name_contains="x", source_environments=(staging,), target_environments=(staging,))
    chunk = await anext(provider.promotions.stream_promotions(query, None, 20, ALL))

    documents = tenant.data.promotions
    assert ids(into) == [key for key, each in documents.items() if each["targetEnvironment"]["name"] == "Staging"]
    assert ids(out) == [key for key, each in documents.items() if each["sourceEnvironment"]["name"] == "Staging"]
    assert ids(named) == [key for key, each in documents.items() if "to production" in each["name"].lower()]
    assert into
    assert out
    assert named
    assert chunk.items == ()
    assert chunk.applied_locally == ("name_contains", "source_environments", "target_environments")


async def test_what_can_match_nothing_costs_nothing(provider: Provider, uneven: RunningSimulator) -> None:
    assert await promotions_of(provider, source_environments=()) == []
    assert paths(uneven) == []
    with pytest.raises(InvalidInputError):
        await promotions_of(provider, target_environments=(EnvironmentKey(NAME, ()),))


async def test_who_may_execute_each(provider: Provider, tenant: Vendor) -> None:
    assert provider.promotions is not None

    found = await provider.promotions.users_of([*keys_of(tenant), PromotionKey(NAME, ("f" * 24,))], ALL)

    users = [each for each in found if isinstance(each, PromotionUsers)]
    told = list(tenant.data.promotion_users.values())
    assert [list(each.user_ids) for each in users] == [each["userIds"] for each in told]
    assert [list(each.service_account_ids) for each in users] == [each["serviceAccountIds"] for each in told]
    assert isinstance(found[-1], NotFoundError)


async def test_an_analysis_is_a_dry_run_and_says_what_would_fail(provider: Provider, tenant: Vendor) -> None:
    assert provider.promotions is not None
    defective = PromotionKey(NAME, (tenant.promotion("Development to Staging"),))
    before = list(tenant.data.artifacts)

    (found,) = await provider.promotions.analyses_of([defective], PromotionOptions(keep_target_resources=True), ALL)

    assert isinstance(found, PromotionReport)
    assert (found.status, found.native_status, found.defective) == (RunStatus.SUCCEEDED, "ANALIZED", True)
    assert found.keep_target_resources is True
    assert found.message is not None
    items = [item for workspace in found.workspaces for item in workspace.artifacts]
    assert ReportStatus.FAILED in {item.analysis.status for item in items if item.analysis is not None}
    assert list(tenant.data.artifacts) == before
    (call,) = tenant.running.control.calls
    assert (call.method, call.body) == ("POST", b'{"keepTargetResources":true,"keepTargetRunProfiles":false}')


async def test_an_analysis_that_the_vendor_fails_to_make_is_told_for_it_alone(provider: Provider, tenant: Vendor) -> None:
    assert provider.promotions is not None
    first, second = keys_of(tenant)[:2]
    tenant.running.control.add_fault(Fault(first.parts[0], status=500))

    found = await provider.promotions.analyses_of([first, second, PromotionKey(NAME, ("a", "b"))], PromotionOptions(), ALL)

    assert [type(each) for each in found] == [UpstreamUnavailableError, PromotionReport, InvalidInputError]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ANALIZED", RunStatus.SUCCEEDED),
        ("ANALYZED", RunStatus.SUCCEEDED),
        ("PROMOTION_STARTED", RunStatus.RUNNING),
        ("PROMOTION_WARNING", RunStatus.SUCCEEDED),
        ("PROMOTION_FAILED", RunStatus.FAILED),
        ("PROMOTED", RunStatus.SUCCEEDED),
        ("PROMOTING", RunStatus.UNKNOWN),
        (None, RunStatus.UNKNOWN),
    ],
)
def test_every_documented_status(word: str | None, status: RunStatus) -> None:
    assert promotion_status(word) is status


def test_no_status_but_the_documented_ones_is_known() -> None:
    assert len(PROMOTION_STATUSES) == 6
    assert set(REPORT_STATUSES) == {"CREATED", "REPLACED", "REUSED", "FAILED", "SKIPPED"}


async def test_a_report_that_is_nested_too_deep_fails_alone(provider: Provider, tenant: Vendor) -> None:
    assert provider.promotions is not None
    assert provider.executions is not None
    first, second = keys_of(tenant)[:2]
    deep = '{"id":"a","usedBy":[' * 350 + '{"id":"b"}' + "]}" * 350
    body = f'{{"executionId":"e","status":"ANALIZED","engines":[{deep}]}}'
    tenant.running.control.add_fault(Fault(f"{first.parts[0]}$", method="POST", status=200, body=body))
    tenant.running.control.add_fault(Fault("executions/promotions", status=200, body=body))

    bad, good = await provider.promotions.analyses_of([first, second], PromotionOptions(), ALL)
    (run,) = await provider.executions.get_executions([ExecutionKey(NAME, ("promotion", "e"))], ALL)

    assert isinstance(good, PromotionReport)
    for failure in (bad, run):
        assert isinstance(failure, MalformedResponseError)
        assert "nested too deep" in failure.message
        assert failure.provider == NAME
