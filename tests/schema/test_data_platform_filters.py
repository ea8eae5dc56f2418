"""Filters of environments, artifacts, data connections, promotions and schedules: whom they ask, for what, and what they refuse."""

import pytest
import strawberry

from gateway.domain.artifact import ArtifactQuery
from gateway.domain.data_connection import DataConnectionQuery
from gateway.domain.environment import EnvironmentQuery
from gateway.domain.errors import InvalidInputError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import EnvironmentKey, WorkspaceKey
from gateway.domain.promotion import PromotionQuery
from gateway.domain.provider import ProviderKind
from gateway.domain.schedule import ScheduleQuery
from schema.inputs.artifact import ArtifactFilter
from schema.inputs.data_connection import DataConnectionFilter
from schema.inputs.environment import EnvironmentFilter
from schema.inputs.promotion import PromotionFilter
from schema.inputs.schedule import ScheduleFilter
from tests.schema.data_vendor import context, vendor

ONE, OTHER = "one", "other"
CONTEXT = context(vendor(ONE), vendor(OTHER))
DEV, PROD, ELSEWHERE = EnvironmentKey(ONE, ("dev",)), EnvironmentKey(ONE, ("prod",)), EnvironmentKey(OTHER, ("dev",))
SHOP = WorkspaceKey(ONE, ("shop",))
FILTERS = [EnvironmentFilter, ArtifactFilter, DataConnectionFilter, PromotionFilter, ScheduleFilter]


def ids(*keys):
    return [strawberry.ID(encode_id(each)) for each in keys]


def queries(given):
    return {provider.name: query for provider, query in given.queries(CONTEXT)}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (EnvironmentFilter(name_contains="De"), EnvironmentQuery(name_contains="De")),
        (
            ArtifactFilter(workspaces=ids(SHOP), environments=ids(DEV), types=["route"], name_contains="load"),
            ArtifactQuery(workspaces=(SHOP,), environments=(DEV,), types=("route",), name_contains="load"),
        ),
        (
            DataConnectionFilter(workspaces=ids(SHOP), environments=ids(DEV), apps=["mysql"], name_contains="db"),
            DataConnectionQuery(workspaces=(SHOP,), environments=(DEV,), apps=("mysql",), name_contains="db"),
        ),
        (
            PromotionFilter(source_environments=ids(DEV), target_environments=ids(PROD), name_contains="go"),
            PromotionQuery(source_environments=(DEV,), target_environments=(PROD,), name_contains="go"),
        ),
        (
            ScheduleFilter(environments=ids(DEV, PROD), in_use=True, description_contains="night"),
            ScheduleQuery(environments=(DEV, PROD), in_use=True, description_contains="night"),
        ),
    ],
)
def test_every_field_reaches_the_query(given, expected):
    assert queries(given)[ONE] == expected


@pytest.mark.parametrize("filter_type", FILTERS)
def test_an_empty_filter_asks_every_provider_for_everything(filter_type):
    found = queries(filter_type())

    assert list(found) == [ONE, OTHER]
    assert set(map(str, found.values())) == {str(type(found[ONE])())}


@pytest.mark.parametrize("filter_type", FILTERS)
def test_names_and_vendors_choose_the_providers(filter_type):
    assert list(queries(filter_type(providers=[OTHER], kinds=[ProviderKind.TALEND]))) == [OTHER]
    with pytest.raises(InvalidInputError, match="leaves no provider"):
        filter_type(kinds=[ProviderKind.NUVO]).queries(CONTEXT)
    with pytest.raises(InvalidInputError, match="Configured: one, other"):
        filter_type(providers=["tow"]).queries(CONTEXT)


@pytest.mark.parametrize(
    ("filter_type", "field"),
    [
        (ArtifactFilter, "environments"),
        (DataConnectionFilter, "environments"),
        (PromotionFilter, "source_environments"),
        (PromotionFilter, "target_environments"),
        (ScheduleFilter, "environments"),
    ],
)
def test_ids_narrow_to_their_providers_and_each_gets_its_own(filter_type, field):
    assert list(queries(filter_type(**{field: ids(ELSEWHERE)}))) == [OTHER]
    both = queries(filter_type(**{field: ids(DEV, ELSEWHERE)}))

    assert {name: getattr(query, field) for name, query in both.items()} == {ONE: (DEV,), OTHER: (ELSEWHERE,)}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (EnvironmentFilter(name_contains=" "), "nameContains"),
        (ArtifactFilter(name_contains=""), "nameContains"),
        (ArtifactFilter(types=[]), "types"),
        (ArtifactFilter(workspaces=ids(DEV)), "workspaces"),
        (ArtifactFilter(environments=ids(SHOP)), "environments"),
        (DataConnectionFilter(name_contains=" "), "nameContains"),
        (DataConnectionFilter(apps=[]), "apps"),
        (DataConnectionFilter(workspaces=ids(DEV)), "workspaces"),
        (PromotionFilter(name_contains=" "), "nameContains"),
        (PromotionFilter(source_environments=ids(SHOP)), "sourceEnvironments"),
        (PromotionFilter(target_environments=[]), "targetEnvironments"),
        (PromotionFilter(target_environments=ids(EnvironmentKey("gone", ("dev",)))), "targetEnvironments"),
        (ScheduleFilter(description_contains=" "), "descriptionContains"),
        (ScheduleFilter(environments=[]), "environments"),
        (ScheduleFilter(environments=[strawberry.ID("nonsense")]), "environments"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_field(given, field):
    with pytest.raises(InvalidInputError) as refused:
        given.queries(CONTEXT)

    assert refused.value.field == field
