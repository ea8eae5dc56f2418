"""Pipelines and projects as the simulator keeps them: a document with plain secrets, and how it is masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from gateway.providers.codefresh.simulator.canary import masked
from gateway.providers.codefresh.simulator.documents import Document, Stored


@dataclass(slots=True, eq=False)
class Project:
    """`stored` is the full form; a list row may lack variables."""

    id: str
    name: str
    tags: tuple[str, ...]
    stored: Stored
    row: Stored

    def change(self, keys: Document) -> None:
        document = self.stored.document | keys
        left_out = self.stored.document.keys() - self.row.document.keys()
        self.stored = self.stored.changed(document)
        self.row = self.row.changed({key: value for key, value in document.items() if key not in left_out})


@dataclass(slots=True, eq=False)
class Pipeline:
    id: str
    name: str
    project: str | None
    project_id: str | None
    tags: frozenset[str]
    stored: Stored
    git_triggers: tuple[Document, ...]
    cron_triggers: tuple[Document, ...]
    step_names: tuple[str, ...]
    asks_approval: bool = False  # one of its steps waits for an answer

    @property
    def name_row(self) -> Document:
        """What the list of names shows."""
        row: Document = {"id": self.id, "name": self.name}
        if self.project_id is not None:
            row["projectId"] = self.project_id
        return row


class Pipelines:
    """In list order; a path names one by id or by full name."""

    def __init__(self, pipelines: Iterable[Pipeline]) -> None:
        self.all = list(pipelines)
        self._by_id = {pipeline.id: pipeline for pipeline in self.all}
        self._by_name = {pipeline.name: pipeline for pipeline in self.all}

    def get(self, name_or_id: str) -> Pipeline | None:
        return self._by_id.get(name_or_id) or self._by_name.get(name_or_id)

    def put(self, pipeline: Pipeline) -> None:
        """In the place of the one with its id, or at the end."""
        old = self._by_id.get(pipeline.id)
        if old is None:
            self.all.append(pipeline)
        else:
            self.all[self.all.index(old)] = pipeline
            self._by_name.pop(old.name, None)
        self._by_id[pipeline.id] = self._by_name[pipeline.name] = pipeline

    def rename(self, pipeline: Pipeline, name: str) -> None:
        del self._by_name[pipeline.name]
        pipeline.name = name
        self._by_name[name] = pipeline

    def remove(self, pipeline: Pipeline) -> None:
        self.all.remove(pipeline)
        del self._by_id[pipeline.id], self._by_name[pipeline.name]


class Projects:
    """In list order."""

    def __init__(self, projects: Iterable[Project]) -> None:
        self.all = list(projects)
        self._by_id = {project.id: project for project in self.all}
        self._by_name = {project.name: project for project in self.all}

    def get(self, project_id: str) -> Project | None:
        return self._by_id.get(project_id)

    def named(self, name: str) -> Project | None:
        return self._by_name.get(name)

    def add(self, project: Project) -> None:
        self.all.append(project)
        self._by_id[project.id] = self._by_name[project.name] = project

    def rename(self, project: Project, name: str) -> None:
        del self._by_name[project.name]
        project.name = name
        self._by_name[name] = project

    def remove(self, project: Project) -> None:
        self.all.remove(project)
        del self._by_id[project.id], self._by_name[project.name]


def mask_variables(document: Document) -> Document:
    """Encrypted values of `variables` masked; the original is left alone."""
    variables = document.get("variables")
    if not isinstance(variables, list):
        return document
    return document | {"variables": [_mask(variable) for variable in variables]}


def mask_pipeline(document: Document) -> Document:
    """Masks the variables of the pipeline and of each of its triggers."""
    spec = mask_variables(cast(Document, document["spec"]))
    for name in ("triggers", "cronTriggers"):
        triggers = spec.get(name)
        if isinstance(triggers, list):
            spec = spec | {name: [mask_variables(trigger) for trigger in triggers]}
    return document | {"spec": spec}


def _mask(variable: Document) -> Document:
    if variable.get("encrypted") is not True:
        return variable
    return variable | {"value": masked("variable")}
