"""What pipelines are made with, as Talend sends it: GET /orchestration/projects, .../artifacts and .../connections."""

from msgspec import Raw, Struct

from gateway.providers.talend.wire import Id, Moment, WorkspaceInfo

NOTHING = Raw(b"null")


class Project(Struct, frozen=True, kw_only=True, rename="camel"):
    """`owner` and `author` are login names."""

    id: Id
    name: str = ""
    technical_label: str | None = None
    description: str | None = None
    url: str | None = None
    author: str | None = None
    owner: str | None = None
    project_type: str | None = None
    repo_type: str | None = None
    create_date: Moment | None = None
    update_date: Moment | None = None


class ProjectUsers(Struct, frozen=True, kw_only=True, rename="camel"):
    user_ids: list[str] | None = None


class ProjectGroups(Struct, frozen=True, kw_only=True, rename="camel"):
    group_ids: list[str] | None = None


class Artifact(Struct, frozen=True, kw_only=True):
    id: Id
    name: str = ""
    type: str
    versions: list[str] | None = None
    workspace: WorkspaceInfo | None = None


class ArtifactParameter(Struct, frozen=True, kw_only=True):
    """`value` is the default, left undecoded until it is clear that it may be shown."""

    name: str
    value: Raw = NOTHING
    type: str | None = None
    required: bool | None = None
    comment: str | None = None


class Commit(Struct, frozen=True, kw_only=True):
    id: Id
    date: Moment | None = None
    author: str | None = None


class Sources(Struct, frozen=True, kw_only=True):
    project: str | None = None
    branch: str | None = None
    commit: Commit | None = None


class ArtifactVersion(Struct, frozen=True, kw_only=True, rename="camel"):
    """`id` is the artifact's."""

    id: Id
    version: str
    name: str | None = None
    type: str | None = None
    publisher: str | None = None
    publisher_type: str | None = None
    marketplace_product: str | None = None
    parameters: list[ArtifactParameter] | None = None
    workspace: WorkspaceInfo | None = None
    description: str | None = None
    create_date: Moment | None = None
    repository: Sources | None = None


class ConnectionParameter(Struct, frozen=True, kw_only=True):
    """`value` is left undecoded until it is clear that it is not encrypted."""

    name: str
    value: Raw = NOTHING
    encrypted: bool | None = None


class ConnectionSettings(Struct, frozen=True, kw_only=True):
    """A connection's parameters, to be sent back: their members are left undecoded."""

    parameters: list[dict[str, Raw]] | None = None


class Connection(Struct, frozen=True, kw_only=True, rename="camel"):
    """`update_date` is newer than version 2021-03."""

    id: Id
    name: str = ""
    app: str | None = None
    create_date: Moment | None = None
    update_date: Moment | None = None
    parameters: list[ConnectionParameter] | None = None
    workspace: WorkspaceInfo | None = None
