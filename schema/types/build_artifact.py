"""BuildArtifact: a file that a build made."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import build_content as domain
from schema.resolvers.references import owning_provider, reference
from schema.types.job import Job
from schema.types.node import Node
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.build import Build
    from schema.types.provider import Provider


@view(domain.BuildArtifact)
class BuildArtifact(Node):
    """A file that a build made."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    build: Annotated["Build", strawberry.lazy("schema.types.build")] | None = field(
        "The build that made it.", reference(domain.BuildArtifact, "build")
    )
    job: Job | None = field("The job that made it.", reference(domain.BuildArtifact, "job"))
    path: str = field("Where it lay in the build's folder.")
    file_name: str | None = field("The last part of the path.")
    mime_type: str | None = field("What is in it.")
    size_bytes: float | None = field("Its size. A Float, since files can be larger than an Int.")
    sha1: str | None = field("Its SHA-1 digest.")
    state: str | None = field("The vendor's word: new, error, finished, deleted, expired.")
    url: str | None = field("Its address in the vendor's API.")
