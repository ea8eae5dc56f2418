"""Templates of destinations. Records are in the words of the mutations, or of the vendor's own bodies of the same calls."""

import re
from collections.abc import Mapping

from msgspec import UNSET

from gateway.domain.commands.annotations import CreateAnnotation
from gateway.domain.commands.command import Commands, JsonObject
from gateway.domain.commands.from_record import command_from_record, refused
from gateway.domain.commands.pipelines import ArchivePipeline, CreatePipeline, DeletePipeline, UpdatePipeline
from gateway.domain.commands.runs import CancelRun, RetryRun, RunPipeline
from gateway.domain.errors import GatewayError, InvalidInputError, NotFoundError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey, ClusterKey, PipelineKey, WorkspaceKey
from gateway.domain.page import Want
from gateway.domain.pipeline import PipelineSlug
from gateway.domain.template import Filled, Template, TemplateParameter, Templates
from gateway.providers.buildkite.keys import LARGEST_NUMBER
from gateway.providers.buildkite.organizations import BuildkiteOrganizations
from gateway.providers.buildkite.pipelines import BuildkitePipelines
from gateway.upstream.path import check_segment

BUILD_ALIASES: Mapping[str, str] = {
    "env": "variables",
    "meta_data": "metadata",
    "clean_checkout": "cleanCheckout",
    "ignore_pipeline_branch_filters": "ignoreBranchFilters",
    "pull_request_id": "pullRequest.number",
    "pull_request_base_branch": "pullRequest.baseBranch",
    "pull_request_repository": "pullRequest.repository",
    "pull_request_labels": "pullRequest.labels",
}
PIPELINE_ALIASES: Mapping[str, str] = {
    "cluster_id": "clusterId",
    "default_branch": "defaultBranch",
    "branch_configuration": "branchFilter",
    "configuration": "yaml",
}
_NUMBER = re.compile(r"[0-9]{1,12}")
_KEY_ONLY: Want = frozenset({"id"})

_ORGANIZATION = TemplateParameter(
    name="organization",
    description="The organization's slug. It may be left out where the account has one organization.",
    example="acme",
    required=False,
)
_PIPELINE = TemplateParameter(name="pipeline", description="The pipeline's slug, as in its address.", example="web-app")
_BUILD = TemplateParameter(name="build", description="The build's number, as in its address.", example="1042")


class BuildkiteMaking:
    """Makes commands of records. What the parameters name is not read, as keys can be made of slugs and numbers: that a pipeline
    or build is not there the vendor says when the command is carried out. Without the parameter `organization` the list of them is
    read now and then, unless the account is configured for one.
    """

    def __init__(
        self, provider: str, organizations: BuildkiteOrganizations, pipelines: BuildkitePipelines, commands: Commands
    ) -> None:
        self._provider = provider
        self._organizations = organizations
        self._pipelines = pipelines
        self._commands = commands

    async def create_build(self, filled: Filled) -> RunPipeline:
        fixed = {"pipeline": await self._pipeline(filled)}
        return command_from_record(RunPipeline, filled.record, fixed=fixed, aliases=BUILD_ALIASES, used=filled.used)

    async def cancel_build(self, filled: Filled) -> CancelRun:
        _refuse_record(filled, CancelRun.mutation)
        return CancelRun(run=await self._build(filled))

    async def rebuild_build(self, filled: Filled) -> RetryRun:
        _refuse_record(filled, RetryRun.mutation)
        return RetryRun(run=await self._build(filled))

    async def create_annotation(self, filled: Filled) -> CreateAnnotation:
        fixed = {"build": await self._build(filled)}
        return command_from_record(CreateAnnotation, filled.record, fixed=fixed, used=filled.used)

    async def create_pipeline(self, filled: Filled) -> CreatePipeline:
        organization = await self._organization(filled)
        return command_from_record(
            CreatePipeline,
            self._with_cluster(filled.record, organization),
            # `steps` of the command are a plan's, which Buildkite has none of: the record's are the vendor's own, an option.
            fixed={"provider": self._provider, "workspace": WorkspaceKey(self._provider, (organization,)), "steps": ()},
            options=self._commands[CreatePipeline].options,
            aliases=PIPELINE_ALIASES,
            used=filled.used,
        )

    async def update_pipeline(self, filled: Filled) -> UpdatePipeline:
        pipeline = await self._pipeline(filled)
        return command_from_record(
            UpdatePipeline,
            self._with_cluster(filled.record, pipeline.parts[0]),
            fixed={"pipeline": pipeline, "steps": UNSET},
            options=self._commands[UpdatePipeline].options,
            aliases=PIPELINE_ALIASES,
            used=filled.used,
        )

    async def archive_pipeline(self, filled: Filled) -> ArchivePipeline:
        _refuse_record(filled, ArchivePipeline.mutation)
        return ArchivePipeline(pipeline=await self._pipeline(filled))

    async def delete_pipeline(self, filled: Filled) -> DeletePipeline:
        """It is read, at one call: nothing else tells what has been deleted, once it is."""
        _refuse_record(filled, DeletePipeline.mutation)
        organization, slug, _ = (await self._pipeline(filled)).parts
        (found,) = await self._pipelines.find_pipelines((PipelineSlug(slug, organization),), _KEY_ONLY)
        if isinstance(found, NotFoundError):
            of_all = "organization" in filled.parameters and "organization" in found.message
            found.field = "parameters.organization" if of_all else "parameters.pipeline"
        if isinstance(found, GatewayError):
            raise found
        return DeletePipeline(pipeline=found.key)

    async def _pipeline(self, filled: Filled) -> PipelineKey:
        """Without its UUID, so that no call has to tell it."""
        slug = self._checked(filled, "pipeline")
        return PipelineKey(self._provider, (await self._organization(filled), slug, ""))

    async def _build(self, filled: Filled) -> BuildKey:
        """Likewise."""
        slug, text = self._checked(filled, "pipeline"), filled.parameters["build"]
        if not _NUMBER.fullmatch(text) or int(text) == 0:
            message = f"`parameters.build` must be a number from 1 to {LARGEST_NUMBER}."
            raise InvalidInputError(message, provider=self._provider, field="parameters.build")
        return BuildKey(self._provider, (await self._organization(filled), slug, str(int(text)), "", ""))

    async def _organization(self, filled: Filled) -> str:
        if "organization" in filled.parameters:
            organization = self._checked(filled, "organization")
            try:
                self._organizations.check(organization)
            except NotFoundError as error:
                error.field = "parameters.organization"
                raise
            return organization
        slugs = await self._organizations.slugs()
        if len(slugs) == 1:
            return slugs[0]
        message = f"`parameters.organization` is needed: {self._provider} has {len(slugs)} organizations ({', '.join(slugs[:10])})."
        raise InvalidInputError(message, provider=self._provider, field="parameters.organization")

    def _checked(self, filled: Filled, name: str) -> str:
        check_segment(filled.parameters[name], field=f"parameters.{name}", provider=self._provider)
        return filled.parameters[name]

    def _with_cluster(self, record: JsonObject, organization: str) -> JsonObject:
        """The vendor's bodies have a cluster's UUID where the mutations have an id of the gateway."""
        cluster = record.get("cluster_id")
        if not isinstance(cluster, str):
            return record
        return record | {"cluster_id": encode_id(ClusterKey(self._provider, (organization, cluster)))}


def _refuse_record(filled: Filled, what: str) -> None:
    """For calls without a body."""
    if unknown := [name for name in filled.record if name not in filled.used]:
        raise refused(what, unknown)


def templates_of(making: BuildkiteMaking) -> Templates:
    """What an account offers to destinations."""
    of_pipeline = (_PIPELINE, _ORGANIZATION)
    of_build = (_PIPELINE, _BUILD, _ORGANIZATION)
    templates = (
        Template(
            name="create-build",
            title="Create Build",
            description="Starts a build of a pipeline, with what the record says of it. Without `branch` it is for the pipeline's "
            "default branch, without `commit` for its newest commit.",
            command=RunPipeline,
            make=making.create_build,
            parameters=of_pipeline,
            example={
                "branch": "main",
                "commit": "HEAD",
                "message": "Nightly import",
                "env": {"LEVEL": "high"},
                "meta_data": {"source": "warehouse"},
            },
        ),
        Template(
            name="cancel-build",
            title="Cancel Build",
            description="Ends a build that is scheduled or running. A finished one is a conflict.",
            command=CancelRun,
            make=making.cancel_build,
            parameters=of_build,
            takes_record=False,
        ),
        Template(
            name="rebuild-build",
            title="Rebuild Build",
            description="Starts a new build that is like another one.",
            command=RetryRun,
            make=making.rebuild_build,
            parameters=of_build,
            takes_record=False,
        ),
        Template(
            name="create-pipeline",
            title="Create Pipeline",
            description="Creates a pipeline from the record: `name`, `repository`, and its steps as YAML in `configuration`. "
            "Organizations with clusters want a `cluster_id`.",
            command=CreatePipeline,
            make=making.create_pipeline,
            parameters=(_ORGANIZATION,),
            example={
                "name": "Web App",
                "repository": "git@github.com:acme/web-app.git",
                "default_branch": "main",
                "configuration": "steps:\n  - command: make test\n",
                "tags": ["web"],
            },
        ),
        Template(
            name="update-pipeline",
            title="Update Pipeline",
            description="Changes what the record names of a pipeline; the rest stays as it is.",
            command=UpdatePipeline,
            make=making.update_pipeline,
            parameters=of_pipeline,
            example={"description": "The shop's front", "default_branch": "main", "allow_rebuilds": True},
        ),
        Template(
            name="archive-pipeline",
            title="Archive Pipeline",
            description="Puts a pipeline away: it is kept, and starts no more builds.",
            command=ArchivePipeline,
            make=making.archive_pipeline,
            parameters=of_pipeline,
            takes_record=False,
        ),
        Template(
            name="delete-pipeline",
            title="Delete Pipeline",
            description="Removes a pipeline with all its builds for good.",
            command=DeletePipeline,
            make=making.delete_pipeline,
            parameters=of_pipeline,
            takes_record=False,
            destroys=True,
        ),
        Template(
            name="create-annotation",
            title="Create Annotation",
            description="Writes a note on a build, in Markdown. One of the same `context` is replaced, or added to with `append`.",
            command=CreateAnnotation,
            make=making.create_annotation,
            parameters=of_build,
            example={"body": "Coverage is **91 %**.", "context": "coverage", "style": "info", "priority": 3},
        ),
    )
    return {template.name: template for template in templates}
