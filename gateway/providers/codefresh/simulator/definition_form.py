"""The form that a pipeline definition must have; keys that are not named here may hold anything."""

from typing import Literal

import msgspec

from gateway.providers.codefresh.simulator.documents import Document

Scalar = str | int | float | bool
Count = int | None


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    value: Scalar
    encrypted: bool = False


class Labels(msgspec.Struct, frozen=True):
    tags: list[str] = []


class Metadata(msgspec.Struct, frozen=True):
    name: str
    id: str | None = None
    project: str | None = None
    labels: Labels = Labels()
    revision: int | None = None
    description: str | None = None
    is_public: bool | None = msgspec.field(default=None, name="isPublic")
    yaml: str = msgspec.field(default="", name="originalYamlString")


class GitTrigger(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    repo: str
    events: list[str]
    type: Literal["git"]
    id: str | None = None
    branch_regex: str | None = None
    branch_regex_input: Literal["regex", "multiselect", "multiselect-exclude"] | None = None
    provider: str | None = None
    context: str | None = None
    disabled: bool = False
    variables: list[Variable] = []
    contexts: list[str] = []
    options: dict[str, bool] = {}


class CronTrigger(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    expression: str
    message: str
    type: Literal["cron"] = "cron"
    id: str | None = None
    git_trigger_id: str | None = None
    branch: str | None = None
    disabled: bool = False
    variables: list[Variable] = []
    options: dict[str, bool] = {}


class Spec(msgspec.Struct, frozen=True):
    triggers: list[GitTrigger] = []
    cron_triggers: list[CronTrigger] = msgspec.field(default_factory=list, name="cronTriggers")
    stages: list[str] = []
    variables: list[Variable] = []
    contexts: list[str] = []
    steps: dict[str, Document] = {}
    template: Document | None = msgspec.field(default=None, name="specTemplate")
    mode: Literal["parallel", "sequential"] | None = None
    fail_fast: bool | None = None
    concurrency: Count = None
    branch_concurrency: Count = msgspec.field(default=None, name="branchConcurrency")
    trigger_concurrency: Count = msgspec.field(default=None, name="triggerConcurrency")


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    # ASSUMED: version and kind are required; disproved by a definition without them that is saved.
    version: Literal["1.0"]
    kind: Literal["pipeline"]
    metadata: Metadata
    spec: Spec
