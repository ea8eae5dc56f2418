"""Builds are started, ended, repeated, approved and refused."""

from collections.abc import Awaitable, Callable

from gateway.domain.build import Build
from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.runs import ApproveRun, CancelRun, DenyRun, RetryRun, RunKey, RunPipeline
from gateway.domain.errors import ConflictError, NotFoundError
from gateway.domain.keys import BuildKey
from gateway.domain.run import FINISHED, RunStatus, RunTrigger, TriggerKind
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.commands.client import CommandClient
from gateway.providers.codefresh.commands.stars import check_new
from gateway.providers.codefresh.commands.variables import to_list
from gateway.providers.codefresh.explain import about_its_state
from gateway.providers.codefresh.keys import Origin, build_ids, created_second, id_in
from gateway.providers.codefresh.mapping import TERMINATING, build_status, to_build
from gateway.upstream.key_parts import not_ours

RUN_FIELDS = {
    "branch": "branch",
    "sha": "commit",
    "trigger": "trigger",
    "context": "contexts",
    "contexts": "contexts",
    "variables": "variables",
    "userYamlDescriptor": "yaml",
}
_NAMES = {
    "branch": "branch",
    "commit": "sha",
    "trigger": "trigger",
    "yaml": "userYamlDescriptor",
}
_OPTIONS = {
    "no_cache": "noCache",
    "no_vendor_cache": "noCfCache",
    "reset_volume": "resetVolume",
    "enable_notifications": "enableNotifications",
    "skip_steps": "skip",
    "only_steps": "only",
}
_MACHINE = {"cpu": "cpu", "memory": "memory", "disk": "disk", "runtime": "runtimeName", "pack": "packName"}


class RunCommands:
    """Handlers of commands about builds."""

    def __init__(self, client: CodefreshClient, commands: CommandClient, origin: Origin) -> None:
        self._client = client
        self._commands = commands
        self._origin = origin

    def table(self) -> Commands:
        return dict(
            (
                handling(
                    RunPipeline,
                    self.run_pipeline,
                    takes=(*_NAMES, *_OPTIONS, "variables", "contexts", "machine"),
                    options=("annotations",),
                    fields=RUN_FIELDS,
                ),
                handling(CancelRun, self.cancel_run),
                handling(RetryRun, self.retry_run),
                handling(ApproveRun, self.approve_run),
                handling(DenyRun, self.deny_run),
            )
        )

    async def run_pipeline(self, command: RunPipeline) -> Changed:
        pipeline_id = id_in(command.pipeline)
        if pipeline_id is None:
            raise self._origin.absent("pipeline")
        check_new(command.variables)
        build_id = await self._commands.run_pipeline(pipeline_id, run_body(command))
        return self._started(build_id, pipeline_id, RunTrigger(TriggerKind.API))

    async def cancel_run(self, command: CancelRun) -> Changed:
        """The vendor ends a build by the id of its progress, which only the build tells. One that is being ended is left alone."""
        build = await self._read(command.run)
        if build_status(build.status) in FINISHED:
            raise self._conflict(f"The build is over: it is `{build.status}`.")
        if (build.status or "").lower() == TERMINATING:
            return Changed(keys=(command.run,))
        if not build.progress:
            raise self._conflict(
                f"The build has no progress yet that could be ended: it is `{build.status}`. Try again in a moment."
            )
        # ASSUMED: the end of a build that has ended since it was read is a success that changes nothing; disproved by a refusal,
        # which would be a conflict here too.
        try:
            with about_its_state():
                await self._commands.terminate(build.progress)
        except NotFoundError as error:  # the build was there a moment ago: it is its progress that is gone
            message = f"The build has no progress any more that could be ended: {error.message}"
            raise ConflictError(message, provider=error.provider, request_id=error.request_id) from None
        return Changed(keys=(command.run,))

    async def retry_run(self, command: RetryRun) -> Changed:
        """A new build; the old one stays as it is. That one is read first: the new one's key says which pipeline it is of."""
        old = await self._read(command.run)
        # ASSUMED: a build that still runs can be repeated, or is a 400; disproved by another status, or by one that is stopped.
        with about_its_state():
            made = await self._commands.rebuild(old.identity)
        retry_of = self._origin.build(old.identity, old.pipeline_id)
        return self._started(made, old.pipeline_id or "", RunTrigger(TriggerKind.RETRY), retry_of=retry_of)

    async def approve_run(self, command: ApproveRun) -> Changed:
        return await self._answer(command.run, self._commands.approve)

    async def deny_run(self, command: DenyRun) -> Changed:
        return await self._answer(command.run, self._commands.deny)

    async def _answer(self, run: RunKey, act: Callable[[str], Awaitable[None]]) -> Changed:
        """A running build is left to the vendor: of steps that run beside each other one may wait."""
        build = await self._read(run)
        status = build_status(build.status)
        if status in FINISHED or status is RunStatus.QUEUED or (build.status or "").lower() == TERMINATING:
            raise self._conflict(f"The build does not wait for approval: it is `{build.status}`.")
        # ASSUMED: one that does not wait is a 400; disproved by another status, or by a success that changes nothing.
        with about_its_state():
            await act(build.identity)
        return Changed(keys=(run,))

    def _ids(self, run: RunKey) -> tuple[str, str]:
        if not isinstance(run, BuildKey):
            raise not_ours(run)
        ids = build_ids(run)
        if ids is None:
            raise self._origin.absent("build")
        return ids

    async def _read(self, run: RunKey) -> wire.Build:
        build_id, _ = self._ids(run)
        found = await self._client.get_build(build_id)
        if to_build(found, self._origin).key != run:
            raise self._origin.absent("build")
        return found

    def _started(self, build_id: str, pipeline_id: str, trigger: RunTrigger, retry_of: BuildKey | None = None) -> Changed:
        """With a stand-in: right after its creation a build may not be found for a moment."""
        key = self._origin.build(build_id, pipeline_id)
        stand_in = Build(
            key=key,
            external_id=build_id,
            pipeline=self._origin.pipeline(pipeline_id) if pipeline_id else None,
            status=RunStatus.QUEUED,
            native_status=None,
            created_at=created_second(build_id),
            trigger=trigger,
            url=self._origin.build_url(build_id),
            retry_of=retry_of,
            provisional=True,
        )
        return Changed(keys=(key,), stand_ins=(stand_in,))

    def _conflict(self, message: str) -> ConflictError:
        return ConflictError(message, provider=self._origin.provider)


def run_body(command: RunPipeline) -> JsonObject:
    """The body of POST /pipelines/run. Variables go as an object, which all of the vendor's clients send, unless one is to be
    encrypted: only the list can say so.
    """
    given = command.given()
    body: JsonObject = {theirs: given[ours] for ours, theirs in _NAMES.items() if ours in given}
    if command.variables:
        hidden = any(variable.encrypted for variable in command.variables)
        body["variables"] = to_list(command.variables) if hidden else {each.name: each.value for each in command.variables}
    if command.contexts:
        body["contexts"] = list(command.contexts)
    options = {theirs: given[ours] for ours, theirs in _OPTIONS.items() if ours in given}
    if options:
        body["options"] = options
    machine = {theirs: value for ours, theirs in _MACHINE.items() if (value := getattr(command.machine, ours, None)) is not None}
    if machine:
        body["userMachineConfig"] = machine
    return body | (command.vendor_options or {})
