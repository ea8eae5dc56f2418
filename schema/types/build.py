"""Build: one run of a CI pipeline."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import build as domain
from gateway.domain.build_content import Annotation as AnnotationValue
from gateway.domain.build_content import BuildArtifact as BuildArtifactValue
from gateway.domain.job import Job as JobValue
from schema.resolvers.children import child_list
from schema.resolvers.references import reference
from schema.types.annotation import Annotation
from schema.types.build_artifact import BuildArtifact
from schema.types.connection import Connection
from schema.types.job import Job
from schema.types.run import Actor, Run
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.pipeline import Pipeline


@view(domain.PullRequest)
class PullRequest:
    """The change a build was made for."""

    external_id: str = field("Its number or id at the code host.")
    base_branch: str | None = field("The branch it wants to change.")
    repository: str | None = field("Where the change comes from.")
    labels: list[str] = field("Its labels.")


@view(domain.Build)
class Build(Run):
    """One run of a CI pipeline."""

    pipeline: Annotated["Pipeline", strawberry.lazy("schema.types.pipeline")] | None = field(
        "What ran; null when it is gone.", reference(domain.Build, "pipeline")
    )
    number: int | None = field("Counts up within the pipeline, at vendors that number their builds.")
    repository: str | None = field("The repository it was made from.")
    branch: str | None = field("The branch it was made from.")
    commit: str | None = field("The commit it was made from; some vendors show a name like HEAD until it is resolved.")
    message: str | None = field("The commit's message, or what was typed at the start.")
    tag: str | None = field("The tag it was made from.")
    author: Actor | None = field("Who wrote the change.")
    pull_request: PullRequest | None = field("The change it was made for.")
    failing: bool = field("It still runs but has already failed.")
    cancel_requested: bool = field("Its end was asked for but is not reached.")
    retry_of: Annotated["Build", strawberry.lazy("schema.types.build")] | None = field(
        "The build it repeats.", reference(domain.Build, "retry_of")
    )
    jobs: Connection[Job] | None = field("Its jobs, or steps, in order.", child_list(domain.Build, JobValue))
    annotations: Connection[Annotation] | None = field("Notes on it.", child_list(domain.Build, AnnotationValue))
    artifacts: Connection[BuildArtifact] | None = field("Files it made.", child_list(domain.Build, BuildArtifactValue))
