"""Commands about runs: start, end, repeat, let go on."""

from typing import ClassVar

import msgspec

from gateway.domain.commands.command import Command, JsonObject, Pair, Variable
from gateway.domain.keys import BuildKey, ExecutionKey, ExecutionStepKey, JobKey, PipelineKey

RunKey = BuildKey | ExecutionKey


class Author(msgspec.Struct, frozen=True):
    """Who made the change that a run is for."""

    name: str
    email: str


class PullRequestOf(msgspec.Struct, frozen=True, kw_only=True):
    """The change that a run is for."""

    number: int
    base_branch: str | None = None
    repository: str | None = None
    labels: tuple[str, ...] = ()


class RunMachine(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is given to run on, in the vendor's own units and names."""

    cpu: str | None = None
    memory: str | None = None
    disk: str | None = None
    runtime: str | None = None
    pack: str | None = None


class RunPipeline(Command, frozen=True, kw_only=True):
    """Starts a run. `commit` may be a SHA, or any name that the vendor resolves; `variables` are the parameters of a task.

    `trigger` is a trigger's name or id whose repository and settings are borrowed; `yaml` is run in place of the saved definition.
    `no_cache` builds images anew, `no_vendor_cache` does without the vendor's own caches, `reset_volume` begins with an empty
    workspace. `log_level` is the vendor's word, `timeout_s` in seconds.
    """

    mutation: ClassVar[str] = "runPipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey
    branch: str | None = None
    commit: str | None = None
    tag: str | None = None
    message: str | None = None
    author: Author | None = None
    variables: tuple[Variable, ...] = ()
    metadata: tuple[Pair, ...] = ()
    pull_request: PullRequestOf | None = None
    clean_checkout: bool | None = None
    ignore_branch_filters: bool | None = None
    trigger: str | None = None
    contexts: tuple[str, ...] = ()
    yaml: str | None = None
    no_cache: bool | None = None
    no_vendor_cache: bool | None = None
    reset_volume: bool | None = None
    enable_notifications: bool | None = None
    skip_steps: tuple[str, ...] = ()
    only_steps: tuple[str, ...] = ()
    machine: RunMachine | None = None
    log_level: str | None = None
    timeout_s: float | None = None
    vendor_options: JsonObject | None = None


class CancelRun(Command, frozen=True, kw_only=True):
    """Ends a run before its time."""

    mutation: ClassVar[str] = "cancelRun"
    subject_field: ClassVar[str] = "run"

    run: RunKey


class RetryRun(Command, frozen=True, kw_only=True):
    """Repeats a run, or what failed of it. Whether that is a new run, the vendor decides: the answer's keys tell.

    `from_step` is where to begin; `failed_only` repeats only what failed.
    """

    mutation: ClassVar[str] = "retryRun"
    subject_field: ClassVar[str] = "run"

    run: RunKey
    from_step: ExecutionStepKey | None = None
    failed_only: bool | None = None
    vendor_options: JsonObject | None = None


class ApproveRun(Command, frozen=True, kw_only=True):
    """Lets a run go on that waits for approval."""

    mutation: ClassVar[str] = "approveRun"
    subject_field: ClassVar[str] = "run"

    run: RunKey


class DenyRun(Command, frozen=True, kw_only=True):
    """Refuses the approval that a run waits for."""

    mutation: ClassVar[str] = "denyRun"
    subject_field: ClassVar[str] = "run"

    run: RunKey


class UnblockJob(Command, frozen=True, kw_only=True):
    """Lets a build go on behind a job that waits for a person. `fields` answer what it asks; `unblocker` is the vendor's id of
    the person in whose name it is done.
    """

    mutation: ClassVar[str] = "unblockJob"
    subject_field: ClassVar[str] = "job"

    job: JobKey
    fields: tuple[Pair, ...] = ()
    unblocker: str | None = None


class RetryJob(Command, frozen=True, kw_only=True):
    """Repeats a job; the answer is the new one."""

    mutation: ClassVar[str] = "retryJob"
    subject_field: ClassVar[str] = "job"

    job: JobKey
