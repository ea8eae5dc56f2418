"""Filters and lookups of builds."""

from datetime import datetime

import strawberry

from gateway.context import RequestContext
from gateway.domain.build import BuildQuery
from gateway.domain.keys import PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.provider import Provider
from schema.inputs.checks import check_span, chosen_providers, full_commits, keys_of, not_empty, of_provider, texts
from schema.inputs.lookup import ExternalId
from schema.types.enums import ProviderKind, RunStatus
from schema.types.view import argument, input_type, one_of


@input_type
class PipelineBuildFilter:
    """Which of a pipeline's builds. All given fields must match; a list matches any of its values."""

    statuses: list[RunStatus] | None = argument("In one of these states.", default=None)
    branches: list[str] | None = argument("Of one of these branches, by full name; `*` stands for any text.", default=None)
    commits: list[str] | None = argument("Of one of these commits, as full SHAs.", default=None)
    pull_requests: list[str] | None = argument("For one of these pull requests, by number at the code host.", default=None)
    actors: list[str] | None = argument("Started or written by one of these: full name, user name or mail address.", default=None)
    created_from: datetime | None = argument("Created at or after this.", default=None)
    created_to: datetime | None = argument("Created before this.", default=None)

    def query(self, provider: Provider) -> BuildQuery:  # noqa: ARG002 other runs' filters differ by provider
        """Checked, as a domain value."""
        check_span(self.created_from, self.created_to)
        return BuildQuery(
            statuses=not_empty(self.statuses, "statuses"),
            branches=not_empty(self.branches, "branches"),
            commits=full_commits(self.commits, "commits"),
            pull_requests=texts(self.pull_requests, "pullRequests"),
            actors=texts(self.actors, "actors"),
            created_from=self.created_from,
            created_to=self.created_to,
        )


@input_type
class BuildFilter:
    """Which builds. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    workspaces: list[strawberry.ID] | None = argument("In these workspaces.", default=None)
    projects: list[strawberry.ID] | None = argument("In these projects. Narrows to the providers that have them.", default=None)
    pipelines: list[strawberry.ID] | None = argument("Of these pipelines.", default=None)
    statuses: list[RunStatus] | None = argument("In one of these states.", default=None)
    branches: list[str] | None = argument("Of one of these branches, by full name; `*` stands for any text.", default=None)
    commits: list[str] | None = argument("Of one of these commits, as full SHAs.", default=None)
    repositories: list[str] | None = argument("Of one of these repositories: `owner/name`, or the whole address.", default=None)
    pull_requests: list[str] | None = argument("For one of these pull requests, by number at the code host.", default=None)
    actors: list[str] | None = argument("Started or written by one of these: full name, user name or mail address.", default=None)
    created_from: datetime | None = argument("Created at or after this.", default=None)
    created_to: datetime | None = argument("Created before this.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, BuildQuery]]:
        """Whom to ask, and what; checked."""
        check_span(self.created_from, self.created_to)
        workspaces = keys_of(self.workspaces, WorkspaceKey, "workspaces")
        projects = keys_of(self.projects, ProjectKey, "projects")
        pipelines = keys_of(self.pipelines, PipelineKey, "pipelines")
        statuses, branches = not_empty(self.statuses, "statuses"), not_empty(self.branches, "branches")
        commits = full_commits(self.commits, "commits")
        repositories, actors = texts(self.repositories, "repositories"), texts(self.actors, "actors")
        pull_requests = texts(self.pull_requests, "pullRequests")
        scopes = {"workspaces": workspaces, "projects": projects, "pipelines": pipelines}
        return [
            (
                provider,
                BuildQuery(
                    workspaces=of_provider(workspaces, provider),
                    projects=of_provider(projects, provider),
                    pipelines=of_provider(pipelines, provider),
                    statuses=statuses,
                    branches=branches,
                    commits=commits,
                    repositories=repositories,
                    pull_requests=pull_requests,
                    actors=actors,
                    created_from=self.created_from,
                    created_to=self.created_to,
                ),
            )
            for provider in chosen_providers(context, self.providers, self.kinds, scopes)
        ]


@input_type
class BuildNumber:
    """A build by the number people use. Not every vendor numbers its builds."""

    provider: str = argument("The provider's name.")
    workspace: str | None = argument("The workspace's slug; may be left out where the provider has one workspace.", default=None)
    pipeline: str = argument("The pipeline's slug.")
    number: int = argument("The build's number.")


@one_of
class BuildLookup:
    """How to find a build: exactly one of these."""

    id: strawberry.ID | None = argument("Its global id.", default=strawberry.UNSET)
    number: BuildNumber | None = argument("Its pipeline and number.", default=strawberry.UNSET)
    external_id: ExternalId | None = argument(
        "The vendor's own id. Not every vendor can find a build by it.", default=strawberry.UNSET
    )
