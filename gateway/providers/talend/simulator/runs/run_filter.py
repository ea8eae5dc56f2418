"""Which runs a list wants: the window of time, the status, the place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.errors import bad_request
from gateway.providers.talend.simulator.exchange import Exchange
from gateway.providers.talend.simulator.lookups import environment, sees_environment, workspace_info

MAX_DAYS = 60
_WIDEST = timedelta(days=MAX_DAYS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS = 253_402_300_799_999  # the year 9999


class Listed(Protocol):
    """What a list needs to know of a run."""

    id: str

    def exists_at(self, now: datetime) -> bool: ...

    def overlaps(self, first: datetime, last: datetime, now: datetime) -> bool: ...


L = TypeVar("L", bound=Listed)


@dataclass(frozen=True, slots=True)
class Window:
    """Both edges belong to it."""

    first: datetime
    last: datetime

    @classmethod
    def of(cls, now: datetime, last_days: int | None, from_ms: int | None, to_ms: int | None) -> "Window":
        """400 for more than sixty days, for edges in the wrong order and for both ways of asking at once."""
        if last_days is not None:
            # ASSUMED: lastDays beside from or to is refused; disproved by an account that answers such a request.
            if from_ms is not None or to_ms is not None:
                raise bad_request("lastDays excludes from and to")
            if not 1 <= last_days <= MAX_DAYS:
                raise bad_request(f"lastDays must be 1 to {MAX_DAYS}")
            return cls(now - timedelta(days=last_days), now)
        last = now if to_ms is None else _moment("to", to_ms)
        # ASSUMED: a lone `to` looks back sixty days, a lone `from` reaches up to now; disproved by other rows.
        first = last - _WIDEST if from_ms is None else _moment("from", from_ms)
        if first > last:
            raise bad_request("from must not be after to")
        if last - first > _WIDEST:
            raise bad_request(f"from and to must not be more than {MAX_DAYS} days apart")
        return cls(first, last)

    @classmethod
    def asked(cls, exchange: Exchange) -> "Window":
        return cls.of(exchange.now, exchange.integer("lastDays"), exchange.integer("from"), exchange.integer("to"))

    def select(self, runs: Iterable[L], now: datetime) -> list[L]:
        return [run for run in runs if run.exists_at(now) and run.overlaps(self.first, self.last, now)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the wanted runs took place, of what the caller sees."""

    environments: frozenset[str]
    workspace: str | None  # None: in any

    @classmethod
    def of(cls, exchange: Exchange, environment_id: str | None, workspace_id: str | None, *, refuse_unknown: bool) -> "Place":
        """`refuse_unknown`: 404 for a place that does not exist, for the list that documents it; else nothing is there."""
        tenant = exchange.tenant
        if refuse_unknown and environment_id is not None:
            environment(exchange, environment_id)
        if refuse_unknown and workspace_id is not None:
            workspace_info(exchange, workspace_id)
        seen = frozenset(each["id"] for each in tenant.environments.values() if sees_environment(exchange, each))
        if workspace_id is None:
            return cls(seen if environment_id is None else seen & {environment_id}, None)
        info = tenant.workspace_infos.get(workspace_id)
        if info is not None and environment_id not in (None, info["environment"]["id"]):
            raise bad_request(f"Workspace {workspace_id} is not in environment {environment_id}")
        return cls(seen, workspace_id)

    def holds(self, workspace_id: str, environment_id: str) -> bool:
        return environment_id in self.environments and self.workspace in (None, workspace_id)


def one_of(name: str, value: str | None, known: frozenset[str]) -> str | None:
    """400 for a word that the vendor does not list."""
    if value is not None and value not in known:
        raise bad_request(f"{name} must be one of {', '.join(sorted(known))}")
    return value


def has_tags(tenant: Tenant, task_id: str, tags: Iterable[str]) -> bool:
    """Whether the task, as it is now, has all of them."""
    task = tenant.tasks.get(task_id)
    return task is not None and set(tags) <= set(task.get("tags") or ())


def _moment(name: str, at_ms: int) -> datetime:
    if not 0 <= at_ms <= _LATEST_MS:
        raise bad_request(f"{name} must be a time in epoch milliseconds")
    return _EPOCH + timedelta(milliseconds=at_ms)
