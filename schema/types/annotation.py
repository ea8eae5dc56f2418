"""Annotation: a note on a build."""

from datetime import datetime
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


@view(domain.Annotation)
class Annotation(Node):
    """A note on a build, or on one of its jobs."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    build: Annotated["Build", strawberry.lazy("schema.types.build")] | None = field(
        "The build it is on.", reference(domain.Annotation, "build")
    )
    job: Job | None = field("The job it is on, if it is on one.", reference(domain.Annotation, "job"))
    context: str = field("Its name within the build; a new note of the same name replaces it.")
    style: str | None = field("How it is to look: success, info, warning, error.")
    scope: str | None = field("Whether it is on the build or on a job.")
    priority: int | None = field("Higher comes first.")
    body_html: str | None = field("Its text as the vendor renders it. Clean it before you show it.")
    body_text: str | None = field("Its text, at vendors that keep plain values.")
    created_at: datetime | None = field("When it was made.")
    updated_at: datetime | None = field("When it was last changed.")
