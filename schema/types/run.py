"""Run: what builds and executions have in common."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from gateway.domain import run as domain
from schema.resolvers.references import owning_provider
from schema.types.enums import RunStatus
from schema.types.node import Node
from schema.types.view import enum, field, interface, view

if TYPE_CHECKING:
    from schema.types.pipeline import Pipeline
    from schema.types.provider import Provider

enum(
    domain.TriggerKind,
    WEBHOOK="A change in a repository, or another event from outside.",
    MANUAL="A person, in the vendor's own pages.",
    API="A call of the vendor's API.",
    SCHEDULE="A timetable.",
    UPSTREAM_RUN="Another run.",
    RETRY="A repetition of an earlier run.",
    UNKNOWN="The vendor does not tell.",
)


@view(domain.RunTrigger)
class RunTrigger:
    """What started a run."""

    kind: domain.TriggerKind = field("In the words all vendors share.")
    native: str | None = field("In the vendor's word.")
    name: str | None = field("The vendor's trigger, where it has a name.")


@view(domain.Actor)
class Actor:
    """A person or machine, as far as the vendor tells."""

    name: str | None = field("Full name.")
    username: str | None = field("Name at the vendor or code host.")
    email: str | None = field("Mail address.")
    avatar_url: str | None = field("Picture.")
    external_id: str | None = field("The vendor's own id.")
    type: str | None = field("The vendor's word for what it is, like a service account.")


@view(domain.RunFailure)
class RunFailure:
    """Why a run ended badly."""

    message: str = field("For people.")
    kind: str | None = field("The vendor's word for the sort of failure.")
    retry_may_help: bool | None = field("Whether a retry makes sense, if the vendor tells.")


def duration_seconds(root: strawberry.Parent[Any]) -> float | None:
    duration: float | None = root.duration_s
    return duration


@interface
class Run(Node):
    """One run of a pipeline: a CI build, or an execution of a data pipeline."""

    external_id: str = field("The vendor's own id.")
    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it ran.", owning_provider)
    pipeline: Annotated["Pipeline", strawberry.lazy("schema.types.pipeline")] | None = field("What ran; null when it is gone.")
    status: RunStatus = field("In the words all vendors share.")
    native_status: str | None = field("In the vendor's word.")
    finished: bool = field("Whether it has ended. A retry can open it again at some vendors.")
    created_at: datetime | None = field("When it was asked for.")
    started_at: datetime | None = field("When it began; null before.")
    finished_at: datetime | None = field("When it ended; null before.")
    duration_seconds: float | None = field("From start to end; null unless both are known.", duration_seconds)
    trigger: RunTrigger = field("What started it.")
    actor: Actor | None = field("Who started it.")
    failure: RunFailure | None = field("Why it ended badly, if the vendor tells.")
    warning: str | None = field("Something a reader should know, like a failure that is already certain.")
    url: str | None = field("Its page at the vendor.")
    provisional: bool = field("The vendor has acknowledged the run but does not find it yet: all but its id may still be missing.")
