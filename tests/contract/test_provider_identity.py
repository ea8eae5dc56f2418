"""House rules of a provider: its names agree, and it says what it gives."""

from pathlib import Path

import pytest

import gateway.providers
from gateway.domain.provider import Provider, ProviderKind
from gateway.providers import REGISTRY
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case, name_of
from tests.contract.cases import CASES
from tests.contract.nouns import NOUNS, Noun

pytestmark = pytest.mark.anyio


def test_every_registered_vendor_is_under_contract() -> None:
    kinds = [case.kind for case in CASES]

    assert kinds == [registration.kind for registration in REGISTRY]
    assert kinds == list(ProviderKind)


def test_folder_registry_and_enum_agree() -> None:
    root = Path(gateway.providers.__file__).parent
    folders = {entry.name for entry in root.iterdir() if (entry / "settings.py").exists()}

    assert folders == {registration.kind.value for registration in REGISTRY}


async def test_name_kind_and_key_are_those_of_the_settings(case: Case, provider: Provider) -> None:
    assert provider.name == name_of(case.kind)
    assert provider.key.parts == ()
    assert provider.kind is case.kind
    assert provider.url.startswith("https://")


@pytest.mark.parametrize("each", NOUNS, ids=[noun.port for noun in NOUNS])
async def test_a_port_is_there_exactly_if_the_capability_says_so(case: Case, provider: Provider, each: Noun) -> None:
    supported = {capability.name: capability.supported for capability in provider.capabilities}

    assert each.capability in supported, "a capability that another provider has is listed, even if it is not supported"
    assert supported[each.capability] is (getattr(provider, each.port) is not None)
    assert supported[each.capability] is (each.port in case.ports)


async def test_capabilities_are_named_once_and_say_why_not(provider: Provider) -> None:
    names = [capability.name for capability in provider.capabilities]

    assert len(names) == len(set(names))
    assert "Job.log" in names
    assert "build by externalId" in names
    assert "pipeline by slug" in names


async def test_connecting_and_looking_at_health_make_no_call(provider: Provider, simulator: RunningSimulator) -> None:
    provider.monitor.health()
    provider.monitor.rate_limits()

    assert simulator.control.calls == []


async def test_a_good_credential_passes_the_probe_with_one_call(provider: Provider, simulator: RunningSimulator) -> None:
    await provider.probe()

    assert len(simulator.control.calls) == 1
