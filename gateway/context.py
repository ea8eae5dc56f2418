"""What one request knows: who may be asked, what has been loaded, what may still be spent, and what went wrong so far."""

from collections.abc import Hashable, Mapping
from typing import Any

from gateway.domain.budget import RequestBudget
from gateway.domain.errors import GatewayError, NotSupportedError
from gateway.domain.outcome import OutcomeStatus, ProviderOutcome
from gateway.domain.provider import Provider
from gateway.loaders.request_loaders import RequestLoaders

Path = list[str | int]


class RequestLimits:
    """What an operator allows one request; see docs/configuration.md."""

    __slots__ = ("max_page_size", "patience_s")

    def __init__(self, max_page_size: int = 100, patience_s: float = 5.0) -> None:
        self.max_page_size = max_page_size
        self.patience_s = patience_s


class RequestContext:
    """New for every request. `providers` is in configuration order, by name."""

    def __init__(self, providers: Mapping[str, Provider], limits: RequestLimits, budget: RequestBudget) -> None:
        self.providers = providers
        self.limits = limits
        self.budget = budget
        self.loaders = RequestLoaders(providers)
        self.groups: dict[Hashable, Any] = {}
        self._troubles: dict[tuple[str | int, ...], list[tuple[str, str, float | None, str | None]]] = {}

    def report(self, path: Path, outcomes: tuple[ProviderOutcome, ...]) -> None:
        """Notes every outcome that is not OK and fresh, for `extensions.outcomes`."""
        for outcome in outcomes:
            if outcome.status is OutcomeStatus.OK or (outcome.status is OutcomeStatus.SKIPPED and outcome.fault is None):
                continue
            code = None if outcome.fault is None else outcome.fault.code
            row = (outcome.provider, outcome.status.name, outcome.age_s, code)
            self._troubles.setdefault(tuple(path), []).append(row)

    def report_fault(self, path: Path, error: GatewayError) -> None:
        """The same for a field without a connection. Faults of the caller are errors only."""
        if error.provider is not None:
            status = OutcomeStatus.NOT_SUPPORTED if isinstance(error, NotSupportedError) else OutcomeStatus.FAILED
            row = (error.provider, status.name, None, error.code)
            self._troubles.setdefault(tuple(path), []).append(row)

    def troubles(self) -> list[dict[str, object]]:
        """The value of `extensions.outcomes`; empty when all was well."""
        return [
            {"path": list(path), "provider": provider, "status": status, "ageSeconds": age_s, "code": code}
            for path, rows in self._troubles.items()
            for provider, status, age_s, code in rows
        ]

    def close(self) -> None:
        """Ends everything the request still has under way. Call it once, when the answer is made or not wanted any more."""
        self.loaders.cancel()
