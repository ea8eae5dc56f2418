"""The vendors the gateway speaks to: an explicit table, no discovery. A new vendor is one folder and one line here."""

from dataclasses import dataclass

from gateway.domain.provider import ProviderKind
from gateway.providers.account import Account
from gateway.providers.buildkite.settings import BuildkiteSettings
from gateway.providers.codefresh.settings import CodefreshSettings


@dataclass(frozen=True, slots=True)
class Registration:
    """One vendor: `kind.value` is its folder and its word in `[[providers]]`, `settings` reads an entry there."""

    kind: ProviderKind
    settings: type[Account]


REGISTRY: tuple[Registration, ...] = (
    Registration(ProviderKind.BUILDKITE, BuildkiteSettings),
    Registration(ProviderKind.CODEFRESH, CodefreshSettings),
)
