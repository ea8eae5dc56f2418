"""What Talend's orchestration API sends and more than one noun has. The wire values of a noun are in its own `*_wire.py`.

Required members are missing at times, so all but what makes a value usable is optional. Never decoded, here or elsewhere:
values of encrypted connection parameters, and addresses of webhooks.

Source of all of them: the vendor's reference of Orchestration, version 2021-03, read 2026-03.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Moment = Annotated[datetime, Meta(tz=True)]
Id = Annotated[str, Meta(min_length=1)]


class EnvironmentInfo(Struct, frozen=True, kw_only=True, rename="camel"):
    id: Id
    name: str = ""
    description: str | None = None
    max_cloud_containers: int | None = None
    default: bool | None = None


class WorkspaceInfo(Struct, frozen=True, kw_only=True, rename="camel"):
    """`type` is lower case here, capitalised in what creating one answers."""

    id: Id
    name: str = ""
    description: str | None = None
    owner: str | None = None
    type: str | None = None
    environment: EnvironmentInfo | None = None
    protected_artifact_update: bool | None = None


class CreatedWorkspace(Struct, frozen=True, kw_only=True, rename="camel"):
    """What creating a workspace answers (Workspace): the only answer with its times and its owner's full name."""

    id: Id
    name: str = ""
    description: str | None = None
    create_date: Moment | None = None
    update_date: Moment | None = None
    owner: str | None = None
    owner_full_name: str | None = None
    environment_id: str | None = None
    type: str | None = None


class Runtime(Struct, frozen=True, kw_only=True, rename="camel"):
    """`id` is empty for engines in the vendor's cloud."""

    type: str | None = None
    id: str | None = None
    engine_id: str | None = None
    cluster_id: str | None = None
    run_profile_id: str | None = None


class PauseDetails(Struct, frozen=True, kw_only=True, rename="camel"):
    """Of a task or plan. `user` is a login name, or the id of a service account."""

    pause: bool | None = None
    pause_context: str | None = None
    user: str | None = None
    user_type: str | None = None
    pause_date: Moment | None = None


class VersionedArtifact(Struct, frozen=True, kw_only=True):
    """Which version of which artifact something runs (BaseArtifactVersion)."""

    id: Id
    name: str | None = None
    version: str | None = None
