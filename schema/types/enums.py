"""Enums that inputs use as well as types. Strawberry wants them declared before their first use."""

from gateway.domain.provider import ProviderKind
from gateway.domain.run import RunStatus
from schema.types.view import enum

enum(ProviderKind, BUILDKITE="Buildkite.", CODEFRESH="Codefresh.")
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

__all__ = ["ProviderKind", "RunStatus"]
