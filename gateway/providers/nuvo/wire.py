"""What nuvo sends, as far as mapping reads it.

Never decoded, here or elsewhere: connectors and their configuration, where passwords and keys are. All but what makes a row
usable is optional, and what prose and examples write differently is read in both ways.

Sources: docs.ingestro.com and docs.getnuvo.com, "Execution API", "Pipeline API", "Authentication API" (read 2026-03); for what
they leave open, the calls of a public application that uses the API.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from gateway.providers.nuvo.times import utc

Id = Annotated[str, Meta(min_length=1)]

# Two forms in one object: `2022-03-07 12:48:28.653` for the object, `2024-09-03T09:34:52.518Z` for its logs. Both decode to a
# datetime; mapping gives the first one its zone.

# --- POST /auth/access-token ("Authentication API"; the wrapped form: the public application) ---


class Token(Struct, frozen=True):
    """Its repr must not show it, should a debugger or a log ever meet one."""

    access_token: str

    def __repr__(self) -> str:
        return "Token(hidden)"


class Login(Struct, frozen=True):
    """`{"data": {"access_token"}}` or `{"access_token"}`."""

    access_token: str | None = None
    data: Token | None = None

    def __repr__(self) -> str:
        return "Login(hidden)"


# --- GET /execution, /execution/{id} ("Execution API") ---


class Person(Struct, frozen=True):
    """A user or a sub-organization."""

    id: str | None = None
    name: str | None = None
    identifier: str | None = None
    type: str | None = None


class Failure(Struct, frozen=True):
    message: str | None = None
    type: str | None = None


class Counts(Struct, frozen=True):
    total_rows: int | None = None
    total_cells: int | None = None
    total_error_cells: int | None = None
    total_error_rows: int | None = None


class Log(Struct, frozen=True):
    """One run of the execution. The examples have `started_at`, the prose has `started_on`."""

    status: str | None = None
    data: Counts | None = None
    duration: float | None = None  # milliseconds
    started_at: datetime | None = None
    started_on: datetime | None = None
    type: str | None = None


class Reference(Struct, frozen=True):
    id: str | None = None


class Execution(Struct, frozen=True):
    """`logs` and `configuration` come with a single read only."""

    id: Id
    created_at: datetime
    pipeline: str | None = None
    status: str | None = None
    trigger_type: str | None = None
    error: Failure | None = None
    logs: list[Log] | None = None
    # ASSUMED: an id, as documented, or an object with one, as a documented sort by `configuration.developer_mode` suggests;
    # disproved by an object whose id has another name.
    configuration: str | Reference | None = None
    created_by: Person | None = None
    updated_at: datetime | None = None
    updated_by: Person | None = None

    def __post_init__(self) -> None:
        # Lists are ordered and cut by it: it gets its zone once.
        force_setattr(self, "created_at", utc(self.created_at))


# --- POST /execution/ ("Execution API": a list, one element for each file found) ---


class CreatedExecution(Struct, frozen=True):
    id: Id
    status: str | None = None
    trigger_type: str | None = None


# --- GET /pipeline, /pipeline/{id} (the public application) ---


class Pipeline(Struct, frozen=True):
    """What rows of lists and single reads are both known to have."""

    id: Id
    name: str
    active: bool | None = None
    created_at: datetime | None = None
