"""Container images that pipelines have built."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import ImageKey
from gateway.domain.page import Chunk, Mark, Want


class ImageTag(msgspec.Struct, frozen=True):
    """A name under which an image lies in a registry."""

    tag: str
    registry: str | None = None
    repository: str | None = None


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """A container image. `size_bytes` is the vendor's figure; `commit` is whatever text the vendor keeps for it."""

    key: ImageKey
    external_id: str
    name: str
    created_at: datetime | None = None
    size_bytes: int | None = None
    sha: str | None = None
    branch: str | None = None
    commit: str | None = None
    digest: str | None = None
    tags: tuple[ImageTag, ...] = ()


class ImageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which images. None means any."""

    branch: str | None = None
    tag: str | None = None
    repository: str | None = None


class ImageReader(Protocol):
    """Reads images of one provider."""

    async def get_images(self, keys: Sequence[ImageKey], want: Want) -> Sequence[Image | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    def stream_images(self, query: ImageQuery, after: Mark | None, page_size: int, want: Want) -> AsyncIterator[Chunk[Image]]:
        """Images in the vendor's order, with marks, from behind `after` on."""
        ...
