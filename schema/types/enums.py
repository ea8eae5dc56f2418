"""Enums that inputs use as well as types. Strawberry wants them declared before their first use."""

from gateway.domain.execution import ExecutionKind
from gateway.domain.pipeline import PipelineKind
from gateway.domain.provider import ProviderKind
from gateway.domain.run import RunStatus
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

__all__ = ["ExecutionKind", "PipelineKind", "ProviderKind", "RunStatus"]
