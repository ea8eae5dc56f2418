"""Saves pipeline definitions: the whole document as it was sent, with what the server alone decides put in."""

import re

from gateway.providers.codefresh.simulator import yaml_text
from gateway.providers.codefresh.simulator.bodies import as_object, as_objects, check_form
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.definition_form import Definition
from gateway.providers.codefresh.simulator.documents import Document, Stored
from gateway.providers.codefresh.simulator.errors import bad_request
from gateway.providers.codefresh.simulator.kept_secrets import keep_variables
from gateway.providers.codefresh.simulator.pipeline import Pipeline, Project, mask_pipeline
from gateway.providers.codefresh.simulator.state import State
from gateway.providers.codefresh.simulator.times import iso_ms
from gateway.providers.codefresh.simulator.trigger_definitions import check_cron_triggers, check_git_triggers, fill_triggers

# ASSUMED: up to three parts of letters, digits and `_.-`; disproved by a real name of other letters.
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*){0,2}", re.ASCII)


def save(state: State, sent: Document, old: Pipeline | None, *, check_triggers: bool = True) -> Pipeline:
    """Creates a pipeline or replaces one; 400 leaves everything as it was."""
    definition = check_form(sent, Definition)
    project = _check_name(state, definition, old)
    if check_triggers:
        check_git_triggers(definition.spec.triggers, state.world.contexts)
        check_cron_triggers(definition.spec.cron_triggers, definition.spec.triggers)
    before = {} if old is None else as_object(old.stored.document["spec"])
    spec = fill_triggers(state, as_object(sent["spec"]), before)
    if state.settings.stars_keep_secrets:
        spec = keep_variables(spec, before)
    metadata = _metadata(state, as_object(sent["metadata"]), old, project)
    text = definition.metadata.yaml
    steps = definition.spec.steps
    pipeline = Pipeline(
        id=str(metadata["id"]),
        name=definition.metadata.name,
        project=None if project is None else project.name,
        project_id=None if project is None else project.id,
        tags=frozenset(definition.metadata.labels.tags),
        stored=Stored({"version": "1.0", "kind": "pipeline", "metadata": metadata, "spec": spec}, mask_pipeline),
        git_triggers=tuple(as_objects(spec.get("triggers"))),
        cron_triggers=tuple(as_objects(spec.get("cronTriggers"))),
        step_names=tuple(steps) or yaml_text.step_names(text) or (() if old is None else old.step_names),
        asks_approval=any(step.get("type") == yaml_text.APPROVAL_TYPE for step in steps.values())
        or (not steps and yaml_text.asks_approval(text)),
    )
    state.world.pipelines.put(pipeline)
    count_pipelines(state)
    return pipeline


def remove(state: State, pipeline: Pipeline) -> None:
    """Its builds stay, with its id."""
    # ASSUMED: its links to events go with it, what it runs goes on; disproved by a real deletion.
    state.world.pipelines.remove(pipeline)
    state.world.hermes.links[:] = [link for link in state.world.hermes.links if link["pipeline"] != pipeline.id]
    count_pipelines(state)


def move_into_renamed(state: State, project: Project) -> None:
    """The pipelines of a project that has a new name."""
    # ASSUMED: they follow, without a new revision; disproved by a real project after it was renamed.
    for pipeline in [each for each in state.world.pipelines.all if each.project_id == project.id]:
        name = f"{project.name}/{pipeline.name.rpartition('/')[2]}"
        metadata = as_object(pipeline.stored.document["metadata"]) | {"name": name, "project": project.name}
        state.world.pipelines.rename(pipeline, name)
        pipeline.project = project.name
        pipeline.stored = pipeline.stored.changed(pipeline.stored.document | {"metadata": metadata})


def count_pipelines(state: State) -> None:
    """Projects show how many pipelines they have."""
    for project in state.world.projects.all:
        count = sum(pipeline.project_id == project.id for pipeline in state.world.pipelines.all)
        if project.stored.document["pipelinesNumber"] != count:
            project.change({"pipelinesNumber": count})


def _check_name(state: State, definition: Definition, old: Pipeline | None) -> Project | None:
    """The project that the name puts the pipeline in."""
    name = definition.metadata.name
    if _NAME.fullmatch(name) is None:
        raise bad_request(f"Pipeline name is not valid: {name!r}")
    holder = state.world.pipelines.get(name)
    # ASSUMED: a name that is taken is a 400; disproved by a 409.
    if holder is not None and holder is not old:
        raise bad_request(f"Pipeline name is already in use: {name}")
    if old is not None and definition.metadata.id not in (None, old.id):
        # ASSUMED: a body with another pipeline's id is refused; disproved by a save that takes it.
        raise bad_request(f"metadata.id is {definition.metadata.id}, but the pipeline has {old.id}")
    first, slash, rest = name.partition("/")
    # Names of three parts are those of old accounts, where a repository stood for the project.
    wanted = first if slash and "/" not in rest else None
    if definition.metadata.project not in (None, wanted):
        raise bad_request(f"metadata.project is {definition.metadata.project!r}, but the name is {name!r}")
    if wanted is None:
        return None
    # ASSUMED: a missing project is a 400, as the documentation makes it first; disproved by one that appears by itself.
    project = state.world.projects.named(wanted)
    if project is None:
        raise bad_request(f"Could not find project: {wanted}")
    return project


def _metadata(state: State, sent: Document, old: Pipeline | None, project: Project | None) -> Document:
    before = {} if old is None else as_object(old.stored.document["metadata"])
    revision = before.get("revision")
    now = iso_ms(state.now_ms)
    metadata: Document = {"deprecate": {}, "isPublic": False, "originalYamlString": ""}
    metadata |= {key: value for key, value in sent.items() if key not in ("project", "projectId")}
    metadata |= {
        "shortName": str(sent["name"]).rpartition("/")[2],
        "id": before.get("id") or state.mint_id(),
        "accountId": ACCOUNT_ID,
        "revision": revision + 1 if isinstance(revision, int) else 1,
        "created_at": before.get("created_at", now),
        "updated_at": now,
    }
    return metadata if project is None else metadata | {"project": project.name, "projectId": project.id}
