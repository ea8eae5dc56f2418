"""Triggers: what starts a pipeline by itself."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey, TriggerKey
from gateway.domain.page import Want


class TriggerType(Enum):
    """What a trigger listens to."""

    GIT = "git"
    CRON = "cron"
    REGISTRY = "registry"
    HELM = "helm"
    UNKNOWN = "unknown"


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """What starts a pipeline by itself. Webhook addresses and secrets are never read from the vendor."""

    key: TriggerKey
    external_id: str
    pipeline: PipelineKey
    type: TriggerType
    native_type: str | None = None
    name: str | None = None
    description: str | None = None
    disabled: bool = False
    events: tuple[str, ...] = ()
    repository: str | None = None
    branch_pattern: str | None = None
    cron_expression: str | None = None
    message: str | None = None
    event_uri: str | None = None
    integration_context: str | None = None
    last_fired_at: datetime | None = None


class TriggerReader(Protocol):
    """Reads triggers. They cost a call of their own per pipeline."""

    async def list_triggers(self, pipelines: Sequence[PipelineKey], want: Want) -> Sequence[tuple[Trigger, ...] | GatewayError]:
        """All triggers of each pipeline, in order."""
        ...

    async def get_triggers(self, keys: Sequence[TriggerKey], want: Want) -> Sequence[Trigger | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...
