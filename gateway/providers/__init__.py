"""The vendors the gateway speaks to: an explicit table, no discovery. A new vendor is one folder and one line here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.services import Services
from gateway.providers import buildkite, codefresh, dx, nuvo, talend
from gateway.providers.account import Account
from gateway.providers.buildkite.settings import BuildkiteSettings
from gateway.providers.codefresh.settings import CodefreshSettings
from gateway.providers.dx.settings import DxSettings
from gateway.providers.nuvo.settings import NuvoSettings
from gateway.providers.talend.settings import TalendSettings


@dataclass(frozen=True, slots=True)
class Registration:
    """One vendor: `kind.value` is its folder and its word in `[[providers]]`, `settings` reads an entry there,
    `connect` makes a provider of what it read and what the gateway lends it, without calling the vendor."""

    kind: ProviderKind
    settings: type[Account]
    connect: Callable[[Any, Services], Provider]


REGISTRY: tuple[Registration, ...] = (
    Registration(ProviderKind.BUILDKITE, BuildkiteSettings, buildkite.connect),
    Registration(ProviderKind.CODEFRESH, CodefreshSettings, codefresh.connect),
    Registration(ProviderKind.TALEND, TalendSettings, talend.connect),
    Registration(ProviderKind.NUVO, NuvoSettings, nuvo.connect),
    Registration(ProviderKind.DX, DxSettings, dx.connect),
)


def connect_all(accounts: Iterable[Account], services: Services) -> list[Provider]:
    """A provider for each configured account, in configuration order. No call is made."""
    connects = {registration.settings: registration.connect for registration in REGISTRY}
    return [connects[type(account)](account, services) for account in accounts]
