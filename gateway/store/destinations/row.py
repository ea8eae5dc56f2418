"""A row of `destinations`: as the value that others see, and as what a transaction works on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Self

import msgspec
from sqlalchemy import Connection, insert, select, update

from gateway.domain.destination import (
    Batching,
    Destination,
    DestinationCounters,
    DestinationError,
    DestinationSettings,
    DestinationState,
)
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.store.destinations.tables import destinations
from gateway.store.dialects import Dialect
from gateway.store.instants import from_us, to_us

Row = dict[str, Any]

COUNTERS = DestinationCounters.__struct_fields__

_settings = msgspec.json.Decoder(DestinationSettings)
_texts = msgspec.json.Decoder(tuple[str, ...])


class Locked:
    """A destination that nobody else changes until the transaction ends. `row` is changed freely, and then saved."""

    def __init__(self, connection: Connection, row: Row, now: datetime) -> None:
        self.connection = connection
        self.row = row
        self.now_us = to_us(now)
        self._before = dict(row)

    @classmethod
    def find(cls, connection: Connection, dialect: Dialect, key: DestinationKey, now: Callable[[], datetime]) -> Self | None:
        """Waits for whoever has it. What time it is, is asked afterwards."""
        wanted = select(destinations).where(destinations.c.id == own_id(key), destinations.c.provider == key.provider)
        if dialect.shares_writing:
            wanted = wanted.with_for_update()
        row = connection.execute(wanted).mappings().first()
        return None if row is None else cls(connection, dict(row), now())

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def state(self) -> DestinationState:
        return DestinationState(self.row["state"])

    @property
    def value(self) -> Destination:
        return to_destination(self.row)

    @property
    def goes_back(self) -> bool:
        """Whether a batch waits at the head to be sent again: then nothing else decides when the head can be taken."""
        return self.row["head_call"] is not None and not self.row["head_running"]

    def delivery_key(self, number: int) -> DeliveryKey:
        return DeliveryKey(self.row["provider"], (self.id, str(number)))

    def is_leased_by(self, worker: str) -> bool:
        """Also when the lease is over, as long as nobody else has taken it."""
        return bool(self.row["lease_worker"] == worker)

    def clear_head(self) -> None:
        """No batch is running or goes back. Its places are kept: all that is queued lies behind them."""
        self.row |= {"head_call": None, "head_running": False, "head_attempt": 0, "head_attempt_id": None, "head_failures": 0}

    def due_now(self) -> None:
        """What is queued can be taken. If it could before, it has waited since then."""
        due_us = self.row["due_us"]
        self.row["due_us"] = self.now_us if due_us is None else min(due_us, self.now_us)

    def save(self) -> None:
        changed = {name: value for name, value in self.row.items() if value != self._before[name]}
        if changed:
            self.connection.execute(update(destinations).where(destinations.c.id == self.id).values(changed))


def create(connection: Connection, destination: Destination) -> None:
    row = described(destination)
    row |= {name: getattr(destination.counters, name) for name in COUNTERS}
    row |= {"id": destination.key.parts[0], "provider": destination.key.provider, "created_us": to_us(destination.created_at)}
    row |= {
        "next_number": 1,
        "next_place": 1,
        "next_call": 1,
        "head_first": 0,
        "head_last": 0,
        "head_running": False,
        "head_attempt": 0,
        "head_failures": 0,
        "lease_us": 0,
    }
    connection.execute(insert(destinations).values(row))


def described(destination: Destination) -> Row:
    """What `DestinationStore.change` writes."""
    error = destination.last_error
    return {
        "name": destination.name,
        "name_folded": destination.name.casefold(),
        "settings": json_text(destination.settings),
        "state": destination.state.value,
        "updated_us": to_us(destination.updated_at),
        "problems": json_text(destination.problems),
        "warnings": json_text(destination.warnings),
        "activated_by": destination.activated_by,
        "error_us": None if error is None else to_us(error.at),
        "error_code": None if error is None else error.code,
        "error_message": None if error is None else storable(error.message),
        "failures_in_row": destination.failures_in_row,
    }


def to_destination(row: Mapping[Any, Any]) -> Destination:
    error_us = row["error_us"]
    return Destination(
        key=DestinationKey(row["provider"], (row["id"],)),
        name=row["name"],
        settings=settings_of(row),
        state=DestinationState(row["state"]),
        created_at=from_us(row["created_us"]),
        updated_at=from_us(row["updated_us"]),
        problems=_texts.decode(row["problems"]),
        warnings=_texts.decode(row["warnings"]),
        activated_by=row["activated_by"],
        counters=DestinationCounters(**{name: row[name] for name in COUNTERS}),
        last_error=None
        if error_us is None
        else DestinationError(at=from_us(error_us), code=row["error_code"], message=row["error_message"]),
        failures_in_row=row["failures_in_row"],
    )


def settings_of(row: Mapping[Any, Any]) -> DestinationSettings:
    return _settings.decode(row["settings"])


def batching_of(row: Mapping[Any, Any]) -> Batching | None:
    """None where every call carries one record. That of a template does, whatever else is set."""
    settings = settings_of(row)
    return settings.batching if settings.template is None else None


def own_id(key: DestinationKey) -> str | None:
    """None, which nothing has, for a key that cannot be one of ours: anybody can make up a global id."""
    return key.parts[0] if len(key.parts) == 1 and "\0" not in key.parts[0] else None


def json_text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def storable(text: str) -> str:
    """What a vendor wrote may hold what a database does not take as text."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
