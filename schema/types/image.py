"""Image: a container image that a pipeline built."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import image as domain
from schema.resolvers.references import owning_provider
from schema.types.node import Node
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.provider import Provider


@view(domain.ImageTag)
class ImageTag:
    """A name under which an image lies in a registry."""

    tag: str = field("The name.")
    registry: str | None = field("The registry.")
    repository: str | None = field("The repository in the registry.")


@view(domain.Image)
class Image(Node):
    """A container image that a pipeline built."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is known.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    created_at: datetime | None = field("When it was built.")
    size_bytes: float | None = field("Its size. A Float, since images can be larger than an Int.")
    sha: str | None = field("The commit it was built from.")
    branch: str | None = field("The branch it was built from.")
    commit: str | None = field("What the vendor keeps as the commit's text.")
    digest: str | None = field("Its digest in the registry.")
    tags: list[ImageTag] = field("Its names.")
