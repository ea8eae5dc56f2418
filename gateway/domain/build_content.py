"""What hangs on a build beside its jobs: annotations, and files it made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import AnnotationKey, BuildArtifactKey, BuildKey, JobKey
from gateway.domain.page import Chunk, Mark, Want


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """A note on a build. `body_html` comes from the vendor: show it only after cleaning it."""

    key: AnnotationKey
    external_id: str
    build: BuildKey
    context: str
    style: str | None = None
    scope: str | None = None
    priority: int | None = None
    body_html: str | None = None
    body_text: str | None = None
    job: JobKey | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class AnnotationReader(Protocol):
    """Reads annotations. Each build costs a call of its own."""

    async def list_annotations(self, build: BuildKey, after: Mark | None, first: int, want: Want) -> Chunk[Annotation]:
        """A build's annotations in the vendor's order, with marks."""
        ...

    async def get_annotations(self, keys: Sequence[AnnotationKey], want: Want) -> Sequence[Annotation | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...


class BuildArtifact(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a build made. There is no download address in it: the vendor's signed ones would leak access."""

    key: BuildArtifactKey
    external_id: str
    build: BuildKey
    job: JobKey | None
    path: str
    file_name: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    sha1: str | None = None
    state: str | None = None
    url: str | None = None


class BuildArtifactReader(Protocol):
    """Reads files that builds made. Each build costs a call of its own."""

    async def list_build_artifacts(self, build: BuildKey, after: Mark | None, first: int, want: Want) -> Chunk[BuildArtifact]:
        """A build's files in the vendor's order, with marks."""
        ...

    async def get_build_artifacts(self, keys: Sequence[BuildArtifactKey], want: Want) -> Sequence[BuildArtifact | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...
