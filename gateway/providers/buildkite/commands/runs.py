"""Starting, ending and repeating builds."""

from collections.abc import Mapping

from gateway.domain.commands.command import Changed, Command, Handling, JsonObject, Variable, handling
from gateway.domain.commands.runs import CancelRun, PullRequestOf, RetryRun, RunPipeline
from gateway.domain.errors import InvalidInputError, NotSupportedError
from gateway.domain.keys import PipelineKey
from gateway.providers.buildkite.commands.writer import Writer, check_answer, check_same
from gateway.providers.buildkite.keys import PipelinePlace
from gateway.providers.buildkite.mapping import PipelineKeys, to_build
from gateway.providers.buildkite.rows import map_one
from gateway.providers.buildkite.wire import WireBuild, WireChangedBuild, WirePipeline

RETRY_STATES = ("canceled", "expired", "failed", "soft_failed", "timed_out")
_RUN_FIELDS: Mapping[str, str] = {
    "commit": "commit",
    "branch": "branch",
    "message": "message",
    "author": "author",
    "env": "variables",
    "meta_data": "metadata",
    "clean_checkout": "clean_checkout",
    "ignore_pipeline_branch_filters": "ignore_branch_filters",
    "pull_request_id": "pull_request.number",
    "pull_request_base_branch": "pull_request.base_branch",
    "pull_request_repository": "pull_request.repository",
    "pull_request_labels": "pull_request.labels",
}
_RUN_TAKES = (
    *("branch", "commit", "tag", "message", "author", "variables", "metadata"),
    *("pull_request", "clean_checkout", "ignore_branch_filters"),
)


class RunCommands(Writer):
    """Handlers for builds as a whole. Each call answers with the whole build.

    What the key's UUID is of is read first: its slug or number may have gone over to another, which must be left alone.
    """

    def entries(self) -> tuple[tuple[type[Command], Handling], ...]:
        return (
            handling(RunPipeline, self.run_pipeline, takes=_RUN_TAKES, fields=_RUN_FIELDS),
            handling(CancelRun, self.cancel_run),
            handling(
                RetryRun, self.retry_run, takes=("failed_only",), options=("states",), fields={"states": "vendor_options.states"}
            ),
        )

    async def run_pipeline(self, command: RunPipeline) -> Changed:
        """The pipeline is read first, unless its key has no UUID and the branch is given: then there is nothing to learn."""
        place = self._pipeline_place(command.pipeline)
        body = _build_body(command)
        if command.branch is not None and not place.uuid:
            return self._whole(await self._unless_archived(place, self._create(place, body)))
        pipeline = await self._read_live(command.pipeline, place)
        if command.branch is None:
            body["branch"] = _default_branch(pipeline)
        build = await self._create(place, body)
        check_answer(command.pipeline, place.uuid, build.pipeline.id if build.pipeline else None, "pipeline", "slug")
        key = PipelineKey(self._provider, (place.organization, place.slug, pipeline.id))
        return self._whole(build, {(place.organization, place.slug): key})

    async def cancel_run(self, command: CancelRun) -> Changed:
        place = self._run_place(command.run)
        await self._check_build(command.run, place)
        build = await self._writes.cancel_build(place)
        check_answer(command.run, place.uuid, build.id, "build", "number")
        return self._whole(build)

    async def retry_run(self, command: RetryRun) -> Changed:
        """What failed is retried in the same build; the whole of it as a new one."""
        place = self._run_place(command.run)
        options = command.vendor_options or {}
        if not command.failed_only:
            if options:
                raise InvalidInputError("`vendorOptions.states` goes with `failedOnly` only.", field="vendor_options.states")
            await self._check_build(command.run, place)
            build = await self._unless_archived(place, self._writes.rebuild(place))
            before = build.rebuilt_from.id if build.rebuilt_from else None
            check_answer(command.run, place.uuid, before, "build", "number")
            return self._whole(build)
        _check_states(options)
        await self._check_build(command.run, place)
        build = await self._unless_archived(place, self._writes.retry_failed_jobs(place, options))
        check_answer(command.run, place.uuid, build.id, "build", "number")
        return self._whole(build)

    async def _create(self, place: PipelinePlace, body: JsonObject) -> WireChangedBuild:
        return await self._writes.create_build(place.organization, place.slug, body)

    def _whole(self, wire: WireBuild, pipelines: PipelineKeys | None = None) -> Changed:
        build = map_one(wire, lambda row: to_build(row, self._provider, pipelines or {}), self._provider)
        return Changed(keys=(build.key,), values=(build,))

    async def _read_live(self, key: PipelineKey, place: PipelinePlace) -> WirePipeline:
        """ConflictError for one that was put away: of that the vendor would say only "Forbidden"."""
        pipeline = await self._client.get_pipeline(place.organization, place.slug)
        check_same(key, place.uuid, pipeline.id, "pipeline", "slug")
        if pipeline.archived_at:
            raise self._archived()
        return pipeline


def _default_branch(pipeline: WirePipeline) -> str:
    if not pipeline.default_branch:
        raise InvalidInputError("`branch` is needed: the pipeline has no default branch.", field="branch")
    return pipeline.default_branch


def _build_body(command: RunPipeline) -> JsonObject:
    body: JsonObject = {"commit": _commit(command)}
    for name in ("branch", "message", "clean_checkout"):
        if (value := getattr(command, name)) is not None:
            body[name] = value
    if command.ignore_branch_filters is not None:
        body["ignore_pipeline_branch_filters"] = command.ignore_branch_filters
    if command.author is not None:
        body["author"] = {"name": command.author.name, "email": command.author.email}
    if command.variables:
        body["env"] = _environment(command.variables)
    if command.metadata:
        body["meta_data"] = {pair.name: pair.value for pair in command.metadata}
    return body | _pull_request(command.pull_request)


def _commit(command: RunPipeline) -> str:
    # ASSUMED: a tag is built by giving it as the commit, and nothing else tells the vendor of it; disproved by a build of a
    # tag that checks out something else.
    if command.tag is not None and command.commit is not None:
        raise InvalidInputError("`tag` is built in place of `commit`: give one of them.", field="tag")
    return command.tag or command.commit or "HEAD"


def _environment(variables: tuple[Variable, ...]) -> dict[str, str]:
    for place, variable in enumerate(variables):
        if variable.encrypted:
            message = "A build shows its variables to everybody who sees it. Keep secrets in the vendor's own store of secrets."
            raise NotSupportedError(message, field=f"variables.{place}.encrypted")
    return {variable.name: variable.value for variable in variables}


def _pull_request(wanted: PullRequestOf | None) -> JsonObject:
    if wanted is None:
        return {}
    if wanted.number < 1:
        raise InvalidInputError("`pullRequest.number` counts from 1.", field="pull_request.number")
    given = {
        "pull_request_base_branch": wanted.base_branch,
        "pull_request_repository": wanted.repository,
        "pull_request_labels": list(wanted.labels) or None,
    }
    return {"pull_request_id": wanted.number} | {name: value for name, value in given.items() if value is not None}


def _check_states(options: JsonObject) -> None:
    """The vendor takes one text of words parted by commas."""
    states = options.get("states")
    if states is None and "states" not in options:
        return
    words = [word.strip() for word in states.split(",")] if isinstance(states, str) else []
    if not words or not set(words) <= set(RETRY_STATES):
        message = f"`vendorOptions.states` must be a text of some of these, parted by commas: {', '.join(RETRY_STATES)}."
        raise InvalidInputError(message, field="vendor_options.states")
