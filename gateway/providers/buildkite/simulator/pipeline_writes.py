"""Creating, changing, archiving and deleting pipelines."""

from datetime import datetime

from gateway.providers.buildkite.simulator.bodies import Members
from gateway.providers.buildkite.simulator.builds import PIPELINE
from gateway.providers.buildkite.simulator.data import Pipeline
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.pipeline_fields import (
    MEMBERS,
    Program,
    chosen_cluster,
    chosen_program,
    chosen_slug,
    plain_members,
    require_cluster,
)
from gateway.providers.buildkite.simulator.pipelines import shown
from gateway.providers.buildkite.simulator.repositories import provider_of, webhook_url_of
from gateway.providers.buildkite.simulator.timestamps import whole_milliseconds
from gateway.simulation.messages import Response

_DEFAULTS: dict[str, object] = {
    "description": None,
    "pipeline_template_uuid": None,
    "branch_configuration": None,
    "default_branch": None,
    "skip_queued_branch_builds": False,
    "skip_queued_branch_builds_filter": None,
    "cancel_running_branch_builds": False,
    "cancel_running_branch_builds_filter": None,
    "allow_rebuilds": True,
    "env": None,
    "visibility": "private",
    "tags": None,
    "emoji": None,
    "color": None,
}


def _create(x: Exchange) -> Response:
    organization = x.organization()
    members = Members(x.body)
    name, repository = members.required("name"), members.required("repository")
    plain = plain_members(x.body, members)
    slug = chosen_slug(members, organization, name, None)
    program = chosen_program(members, visual=True)
    cluster = chosen_cluster(members, organization)
    env, settings = members.text_map("env"), members.map("provider_settings")
    members.check()
    if x.settings.cluster_required:
        require_cluster(members, organization)
    if program is None or slug is None:
        raise AssertionError("refused before")
    moment = whole_milliseconds(x.now)
    new_id = x.world.new_id(moment)
    provider = _with_settings(provider_of(repository), settings)
    fields = _DEFAULTS | {"repository": repository, "provider": provider, "env": _env(program, env)} | plain | program.fields()
    pipeline = Pipeline(organization, new_id, slug, name, moment, fields, program.steps, cluster)
    pipeline.webhook_url = webhook_url_of(provider, new_id)
    organization.pipelines.append(pipeline)
    return Response(201, shown(x, pipeline))


def _env(program: Program, env: dict[str, str] | None) -> dict[str, str] | None:
    """A pipeline with a configuration has its environment there, and ignores this one."""
    return env if program.configuration is None else None


def _with_settings(provider: object, settings: dict[str, object] | None) -> dict[str, object]:
    # ASSUMED: settings are merged, not replaced; disproved by a recorded update that drops one.
    found = dict(provider) if isinstance(provider, dict) else {}
    if found and settings:
        before = found.get("settings")
        found["settings"] = (before if isinstance(before, dict) else {}) | settings
    return found


def _update(x: Exchange) -> Response:
    pipeline = x.pipeline()
    members = Members(x.body)
    # ASSUMED: name, repository and configuration cannot be cleared; disproved by an update to null that is accepted.
    name = members.required("name") if members.has("name") and x.body["name"] != pipeline.name else None
    repository = members.required("repository") if members.has("repository") else None
    plain = plain_members(x.body, members)
    slug = chosen_slug(members, pipeline.organization, name, pipeline)
    visual = "configuration" not in pipeline.fields
    rewritten = members.has("configuration") or members.has("steps")
    program = chosen_program(members, visual=visual) if rewritten else None
    cluster = chosen_cluster(members, pipeline.organization)
    env, settings = members.text_map("env"), members.map("provider_settings")
    members.check()
    fields = pipeline.fields | plain
    if repository is not None and repository != fields["repository"]:
        fields |= {"repository": repository, "provider": provider_of(repository)}
        pipeline.webhook_url = webhook_url_of(provider_of(repository), pipeline.id)
    if settings is not None:
        fields["provider"] = _with_settings(fields["provider"], settings)
    if members.has("env") and visual:
        fields["env"] = env
    if program is not None:
        _keep_steps(pipeline)
        fields |= program.fields()
        pipeline.steps = program.steps
    pipeline.fields = fields
    pipeline.name, pipeline.slug = name or pipeline.name, slug or pipeline.slug
    if members.has("cluster_id"):
        pipeline.cluster = cluster
    pipeline.organization.forget_rows()
    return Response(body=shown(x, pipeline))


def _keep_steps(pipeline: Pipeline) -> None:
    """Builds go by the steps that the pipeline had when they were made."""
    for build in pipeline.builds:
        build.steps = build.steps if build.steps is not None else pipeline.steps


def _delete(x: Exchange) -> Response:
    pipeline = x.pipeline()
    pipeline.organization.remove(pipeline)
    return Response(204, content_type=None)


def _archive(x: Exchange) -> Response:
    # ASSUMED: these 422 are for a pipeline that is in that state already; disproved by a second call that is accepted.
    pipeline = x.pipeline()
    if pipeline.archived_at is not None:
        raise ApiError(422, "Pipeline could not be archived.")
    return _moved(x, pipeline, whole_milliseconds(x.now))


def _unarchive(x: Exchange) -> Response:
    pipeline = x.pipeline()
    if pipeline.archived_at is None:
        raise ApiError(422, "Pipeline could not be unarchived.")
    return _moved(x, pipeline, None)


def _moved(x: Exchange, pipeline: Pipeline, archived_at: datetime | None) -> Response:
    pipeline.archived_at = archived_at
    pipeline.organization.forget_rows()
    return Response(body=shown(x, pipeline))


ROUTES = (
    Route("POST", "/organizations/{org}/pipelines", "write_pipelines", _create, body=MEMBERS),
    Route("PATCH", PIPELINE, "write_pipelines", _update, body=MEMBERS),
    # ASSUMED: PUT does what PATCH does, as on the vendor's clusters; disproved by a 404, or by members that are reset
    # because the body lacks them.
    Route("PUT", PIPELINE, "write_pipelines", _update, body=MEMBERS),
    Route("DELETE", PIPELINE, "write_pipelines", _delete),
    Route("POST", PIPELINE + "/archive", "write_pipelines", _archive),
    Route("POST", PIPELINE + "/unarchive", "write_pipelines", _unarchive),
)
