"""What one request knows: who may be asked, what has been loaded, what may still be spent, and what went wrong so far."""

from collections.abc import Hashable, Mapping
from typing import Any

from gateway.domain.audit import AuditLog
from gateway.domain.budget import RequestBudget
from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.destination_desk import DestinationDesk
from gateway.domain.errors import BudgetExceededError, GatewayError, InvalidInputError, NotSupportedError
from gateway.domain.keys import Key
from gateway.domain.outcome import OutcomeStatus, ProviderOutcome
from gateway.domain.page import Page
from gateway.domain.provider import Provider
from gateway.loaders.request_loaders import NOTHING_OWN, OwnGetter, RequestLoaders
from gateway.operations.mutations import Mutations
from gateway.operations.order import Order

Path = list[str | int]


class RequestLimits:
    """What an operator allows one request; see docs/configuration.md."""

    __slots__ = ("max_nodes", "max_page_size", "patience_s")

    def __init__(self, max_page_size: int = 100, patience_s: float = 5.0, max_nodes: int = 20_000) -> None:
        self.max_page_size = max_page_size
        self.patience_s = patience_s
        self.max_nodes = max_nodes


ANYBODY = "anonymous"
"""The caller as long as nobody has to sign in."""


class RequestContext:
    """New for every request. `providers` is in configuration order, by name; `caller` is who asks, as the audit log names him.
    `own` finds what the gateway keeps itself.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        limits: RequestLimits,
        budget: RequestBudget,
        *,
        mutations: Mutations,
        audit: AuditLog,
        destinations: DestinationDesk | None = None,
        own: Mapping[type[Key], OwnGetter] = NOTHING_OWN,
        caller: str = ANYBODY,
    ) -> None:
        self.providers = providers
        self.limits = limits
        self.budget = budget
        self.audit = audit
        self.caller = caller
        self._mutations = mutations
        self._destinations = destinations
        self.loaders = RequestLoaders(providers, own)
        self.groups: dict[Hashable, Any] = {}
        self._nodes = 0
        self._troubles: dict[tuple[str | int, ...], list[tuple[str, str, float | None, str | None]]] = {}

    @property
    def destinations(self) -> DestinationDesk:
        """NotSupportedError where the gateway keeps none."""
        if self._destinations is None:
            raise NotSupportedError("This gateway has no destinations: clients may only read.")
        return self._destinations

    def report(self, path: Path, outcomes: tuple[ProviderOutcome, ...]) -> None:
        """Notes every outcome that is not OK and fresh, for `extensions.outcomes`."""
        for outcome in outcomes:
            if outcome.status is OutcomeStatus.OK or (outcome.status is OutcomeStatus.SKIPPED and outcome.fault is None):
                continue
            code = None if outcome.fault is None else outcome.fault.code
            row = (outcome.provider, outcome.status.name, outcome.age_s, code)
            self._troubles.setdefault(tuple(path), []).append(row)

    def deliver(self, path: Path, page: Page[Any]) -> None:
        """Every page passes here on its way into the answer: it is counted, told about, and its items are remembered.

        Nested lists multiply, and what an answer costs to write no deadline can interrupt: so there is a most.
        """
        self.count(len(page.items))
        self.loaders.prime(page.items)
        self.report(path, page.outcomes)

    def count(self, nodes: int) -> None:
        """What costs as much in an answer as so many items of a list. BudgetExceededError when that is too much of a request."""
        self._nodes += nodes
        if self._nodes > self.limits.max_nodes:
            raise BudgetExceededError(
                f"This request wants more than {self.limits.max_nodes} list items in one answer. Ask for smaller pages."
            )

    def report_fault(self, path: Path, error: GatewayError, provider: str | None = None) -> None:
        """The same for a field without a connection. Faults of the caller are errors only, unless the vendor found them."""
        name = error.provider or provider
        if name is None or (isinstance(error, InvalidInputError) and not error.sent):
            return
        status = OutcomeStatus.NOT_SUPPORTED if isinstance(error, NotSupportedError) else OutcomeStatus.FAILED
        self._troubles.setdefault(tuple(path), []).append((name, status.name, None, error.code))

    def troubles(self) -> list[dict[str, object]]:
        """The value of `extensions.outcomes`; empty when all was well."""
        return [
            {"path": list(path), "provider": provider, "status": status, "ageSeconds": age_s, "code": code}
            for path, rows in self._troubles.items()
            for provider, status, age_s, code in rows
        ]

    async def mutate(self, command: Command, *, idempotency_key: str | None = None, confirm_name: str | None = None) -> Performed:
        """Carries the command out; see `Order`."""
        order = Order(
            command=command,
            caller=self.caller,
            providers=self.providers,
            loaders=self.loaders,
            idempotency_key=idempotency_key,
            confirm_name=confirm_name,
        )
        return await self._mutations.perform(order)

    def close(self) -> None:
        """Ends everything the request still has under way. Call it once, when the answer is made or not wanted any more."""
        self.loaders.cancel()
