"""Commands about what starts a pipeline by itself."""

from typing import ClassVar

import msgspec

from gateway.domain.commands.command import Command, JsonObject, Variable
from gateway.domain.keys import PipelineKey, TriggerKey


class GitTrigger(msgspec.Struct, frozen=True, kw_only=True):
    """Starts when something happens in a repository. `events` are the vendor's words; `integration_context` gives the access."""

    repository: str
    events: tuple[str, ...]
    branch_pattern: str | None = None
    host: str | None = None
    integration_context: str | None = None
    pull_request_target_pattern: str | None = None
    comment_pattern: str | None = None
    modified_files: str | None = None


class CronTrigger(msgspec.Struct, frozen=True, kw_only=True):
    """Starts by the clock. `message` tells the run why; `branch` is what it is for."""

    expression: str
    message: str
    branch: str | None = None
    git_trigger: str | None = None


class HelmTrigger(msgspec.Struct, frozen=True, kw_only=True):
    """Starts when a chart is pushed. `kind` is the vendor's word for the registry."""

    kind: str
    repository: str
    chart: str


class RegistryTrigger(msgspec.Struct, frozen=True, kw_only=True):
    """Starts when an image is pushed. `kind` is the vendor's word for the registry; `tag_pattern` a regular expression."""

    kind: str
    namespace: str
    repository: str
    tag_pattern: str | None = None


class CreateTrigger(Command, frozen=True, kw_only=True):
    """Gives a pipeline a trigger: exactly one of `git`, `cron`, `helm` and `registry`."""

    mutation: ClassVar[str] = "createTrigger"
    subject_field: ClassVar[str] = "pipeline"
    exactly_one: ClassVar[tuple[str, ...]] = ("git", "cron", "helm", "registry")

    pipeline: PipelineKey
    name: str | None = None
    description: str | None = None
    disabled: bool | None = None
    variables: tuple[Variable, ...] = ()
    git: GitTrigger | None = None
    cron: CronTrigger | None = None
    helm: HelmTrigger | None = None
    registry: RegistryTrigger | None = None
    vendor_options: JsonObject | None = None


class DeleteTrigger(Command, frozen=True, kw_only=True):
    """Takes a trigger from its pipeline."""

    mutation: ClassVar[str] = "deleteTrigger"
    subject_field: ClassVar[str] = "trigger"

    trigger: TriggerKey
