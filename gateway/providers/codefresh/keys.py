"""What Codefresh's keys are made of, and where values of one configured account come from.

Ids are Mongo ObjectIds: 24 lower-case hex digits, the first 8 of which are the second of creation. A key with another
number of parts than its type has is InvalidInputError: it is damaged.
"""

import re
from datetime import UTC, datetime

import msgspec

from gateway.domain.errors import NotFoundError
from gateway.domain.keys import (
    BuildKey,
    ImageKey,
    IntegrationContextKey,
    JobKey,
    Key,
    PipelineKey,
    ProjectKey,
    TriggerKey,
    WorkspaceKey,
)
from gateway.upstream.key_parts import parts_of
from gateway.upstream.path import check_segment

_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


def is_object_id(text: str) -> bool:
    """Whether the vendor could have made this id. What could not be one is absent, and asking would cost a call."""
    return _OBJECT_ID.fullmatch(text) is not None


def created_second(object_id: str) -> datetime:
    """When the thing was made, to the second."""
    return datetime.fromtimestamp(int(object_id[:8], 16), UTC)


class Origin(msgspec.Struct, frozen=True):
    """The account that values come from: its configured name, and where people look at it in a browser."""

    provider: str
    site: str

    def workspace(self, account_id: str) -> WorkspaceKey:
        return WorkspaceKey(self.provider, (account_id,))

    def project(self, project_id: str) -> ProjectKey:
        return ProjectKey(self.provider, (project_id,))

    def pipeline(self, pipeline_id: str) -> PipelineKey:
        return PipelineKey(self.provider, (pipeline_id,))

    def build(self, build_id: str, pipeline_id: str | None) -> BuildKey:
        """With the pipeline's id (empty for a run of bare YAML), so that many builds can be found by few lists."""
        return BuildKey(self.provider, (build_id, pipeline_id or ""))

    def build_url(self, build_id: str) -> str:
        return f"{self.site}/build/{build_id}"

    def job(self, build: BuildKey, step: str) -> JobKey:
        return JobKey(self.provider, (*build.parts, step))

    def trigger(self, pipeline_id: str, source: str, trigger_id: str) -> TriggerKey:
        return TriggerKey(self.provider, (pipeline_id, source, trigger_id))

    def image(self, image_id: str) -> ImageKey:
        return ImageKey(self.provider, (image_id,))

    def context(self, name: str) -> IntegrationContextKey:
        return IntegrationContextKey(self.provider, (name,))

    def check_name(self, text: str, field: str) -> None:
        """InvalidInputError for text that no name or id of the vendor's can be."""
        check_segment(text, field=field, provider=self.provider)

    def absent(self, what: str) -> NotFoundError:
        return NotFoundError(f"{self.provider} has no such {what}.", provider=self.provider)


def id_in(key: Key) -> str | None:
    """The id of a key that holds nothing else; None when the vendor cannot have made it."""
    (found,) = parts_of(key, 1)
    return found if is_object_id(found) else None


def build_ids(key: BuildKey) -> tuple[str, str] | None:
    """(build id, pipeline id or empty), or None when the vendor cannot have made it."""
    build, pipeline = parts_of(key, 2)
    return (build, pipeline) if is_object_id(build) and (not pipeline or is_object_id(pipeline)) else None


def job_ids(key: JobKey) -> tuple[BuildKey, str] | None:
    """(build, step name), or None when the vendor cannot have made it."""
    *build_parts, step = parts_of(key, 3)
    build = BuildKey(key.provider, tuple(build_parts))
    return (build, step) if build_ids(build) is not None else None


def trigger_ids(key: TriggerKey) -> tuple[str, str, str] | None:
    """(pipeline id, source, trigger id), or None when the vendor cannot have made it."""
    pipeline, source, trigger = parts_of(key, 3)
    return (pipeline, source, trigger) if is_object_id(pipeline) else None
