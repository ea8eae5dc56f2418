"""Enums that inputs use as well as types. Strawberry wants them declared before their first use."""

from gateway.domain.audit import AuditOutcome
from gateway.domain.destination import CallMethod, DeliveryStatus, DestinationMode, DestinationState
from gateway.domain.execution import ExecutionKind
from gateway.domain.pipeline import PipelineKind
from gateway.domain.plan import StepCondition
from gateway.domain.provider import ProviderKind
from gateway.domain.run import RunStatus
from gateway.domain.schedule import ScheduleFrequency
from schema.types.view import enum

enum(
    ProviderKind,
    BUILDKITE="Buildkite.",
    CODEFRESH="Codefresh.",
    TALEND="Talend Cloud.",
    NUVO="nuvo, now Ingestro.",
    DX="Any CI that reports its runs here in the format of DX.",
)
enum(
    RunStatus,
    QUEUED="Waiting to start.",
    RUNNING="Under way.",
    BLOCKED="Waits for a person.",
    SUCCEEDED="Ended well.",
    FAILED="Ended badly.",
    CANCELED="Ended on request, by a rule or by a timeout.",
    SKIPPED="Never ran, on purpose.",
    UNKNOWN="The vendor used a word the gateway does not know; see `nativeStatus`.",
)
enum(
    PipelineKind,
    CI="Builds and tests source code.",
    PLAN="A plan of several tasks.",
    TASK="One task.",
    DATA="Moves or imports data.",
)
enum(
    ExecutionKind,
    DATA="A run of a data pipeline.",
    TASK="A run of a task.",
    PLAN="A run of a plan.",
    PROMOTION="A promotion from one environment to another.",
)
enum(
    StepCondition,
    ALL_SUCCEEDED="When all tasks of this one have ended well.",
    AT_LEAST_ONE_SUCCEEDED="When at least one task of this one has ended well.",
    ALWAYS_PROCEED="However this one ends.",
    UNKNOWN="The vendor used a word the gateway does not know.",
)
enum(
    ScheduleFrequency,
    ONCE="At one moment.",
    DAILY="Every day, or every few days.",
    WEEKLY="On days of the week.",
    MONTHLY="On days of the month.",
    CRON="By a cron expression.",
    WEBHOOK="When it is called from outside.",
    MANUAL="Never by itself.",
    UNKNOWN="A sort the gateway does not know; see `nativeType`.",
)
enum(
    AuditOutcome,
    DONE="It went well.",
    REFUSED="It was not done: refused by the gateway or the vendor, or it failed before it had an effect.",
    UNKNOWN="Something was sent, and its effect is not known; or the gateway was interrupted.",
    REPLAYED="Answered from memory, under an idempotency key. Nothing was sent.",
    IN_PROGRESS="Under way.",
)
enum(
    DestinationMode,
    TEMPLATE="The calls are those of one of the provider's templates.",
    MANUAL="The calls go to one address of the provider's own host.",
)
enum(
    DestinationState,
    DRAFT="It is not complete: `problems` tell what it lacks before it can be activated. Nothing is sent.",
    PAUSED="Nothing is sent. What was accepted waits; new records are refused, unless `queueWhilePaused` is set.",
    ACTIVE="What it is given is sent, in order, one call after the other.",
    ERROR="The gateway has stopped it: `lastError` tells why. What was accepted waits until it is activated again.",
    DELETED="Ended for good. It takes no records; its deliveries can still be read.",
)
enum(
    DeliveryStatus,
    QUEUED="Waits to be sent, or to be sent once more: see `dueAt`.",
    RUNNING="Its call is under way.",
    SUCCEEDED="Delivered: the provider has accepted the call. The record itself is not kept any longer.",
    FAILED="Not delivered: the provider has refused it, or the call could not be made. It had no effect. A dead letter: "
    "resendDeliveries sends it again.",
    UNKNOWN="Something was sent and its effect is not known: it may have been done, or not. It is never sent again by itself. "
    "A dead letter: a person looks it up at the provider and decides; resendDeliveries sends it again.",
    CANCELED="Taken from the queue before it was sent, because its destination was deleted. A dead letter that can only be read: "
    "nothing is sent for that destination any more.",
)
enum(
    CallMethod,
    POST="Most often creates or starts something.",
    PUT="Most often replaces something.",
    PATCH="Most often changes parts of something.",
    DELETE="Removes something: `confirmDestructive` must be set.",
)

__all__ = [
    "AuditOutcome", "CallMethod", "DeliveryStatus", "DestinationMode", "DestinationState", "ExecutionKind", "PipelineKind",
    "ProviderKind", "RunStatus", "ScheduleFrequency", "StepCondition",
]  # fmt: skip
