"""Filters of runs: builds and executions in one list."""

from datetime import datetime

import strawberry

from gateway.context import RequestContext
from gateway.domain.build import BuildQuery
from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.provider import Provider
from gateway.listing.run_ports import RunQuery
from schema.inputs.checks import check_span, chosen_providers, full_commits, keys_of, not_empty, of_provider, texts
from schema.types.enums import ProviderKind, RunStatus
from schema.types.view import argument, input_type


@input_type
class PipelineRunFilter:
    """Which of a pipeline's runs. All given fields must match; a list matches any of its values."""

    statuses: list[RunStatus] | None = argument("In one of these states.", default=None)
    actors: list[str] | None = argument("Started by one of these: name, user name or mail address.", default=None)
    created_from: datetime | None = argument("Created at or after this.", default=None)
    created_to: datetime | None = argument("Created before this.", default=None)
    include_children: bool | None = argument("Also those that a plan's run has started.", default=None)

    def query(self, provider: Provider) -> RunQuery | None:
        """Checked, as a domain value of the sort of runs that the provider has."""
        check_span(self.created_from, self.created_to)
        statuses, actors = not_empty(self.statuses, "statuses"), texts(self.actors, "actors")
        if provider.executions is not None:
            return ExecutionQuery(
                statuses=statuses,
                actors=actors,
                created_from=self.created_from,
                created_to=self.created_to,
                include_children=bool(self.include_children),
            )
        return BuildQuery(statuses=statuses, actors=actors, created_from=self.created_from, created_to=self.created_to)


@input_type
class RunFilter:
    """Which runs. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    workspaces: list[strawberry.ID] | None = argument("In these workspaces.", default=None)
    projects: list[strawberry.ID] | None = argument("In these projects. Narrows to the providers that have them.", default=None)
    pipelines: list[strawberry.ID] | None = argument("Of these pipelines.", default=None)
    statuses: list[RunStatus] | None = argument("In one of these states.", default=None)
    actors: list[str] | None = argument("Started or written by one of these: name, user name or mail address.", default=None)
    branches: list[str] | None = argument(
        "Of one of these branches, by full name; `*` stands for any text. Narrows to builds.", default=None
    )
    commits: list[str] | None = argument("Of one of these commits, as full SHAs. Narrows to builds.", default=None)
    repositories: list[str] | None = argument(
        "Of one of these repositories: `owner/name`, or the whole address. Narrows to builds.", default=None
    )
    pull_requests: list[str] | None = argument(
        "For one of these pull requests, by number at the code host. Narrows to builds.", default=None
    )
    created_from: datetime | None = argument("Created at or after this.", default=None)
    created_to: datetime | None = argument("Created before this.", default=None)
    include_children: bool | None = argument(
        "Also executions that a plan's run has started, which otherwise hang under it only.", default=None
    )

    def queries(self, context: RequestContext) -> list[tuple[Provider, RunQuery]]:
        """Whom to ask, and what; checked."""
        check_span(self.created_from, self.created_to)
        workspaces = keys_of(self.workspaces, WorkspaceKey, "workspaces")
        projects = keys_of(self.projects, ProjectKey, "projects")
        pipelines = keys_of(self.pipelines, PipelineKey, "pipelines")
        scopes = {"workspaces": workspaces, "projects": projects, "pipelines": pipelines}
        statuses, actors = not_empty(self.statuses, "statuses"), texts(self.actors, "actors")
        branches, commits = not_empty(self.branches, "branches"), full_commits(self.commits, "commits")
        repositories = texts(self.repositories, "repositories")
        pull_requests = texts(self.pull_requests, "pullRequests")
        builds_only = any(given is not None for given in (branches, commits, repositories, pull_requests))
        queries: list[tuple[Provider, RunQuery]] = []
        for provider in chosen_providers(context, self.providers, self.kinds, scopes):
            if provider.executions is None:
                query: RunQuery = BuildQuery(
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
                )
            elif builds_only:
                continue
            else:
                query = ExecutionQuery(
                    workspaces=of_provider(workspaces, provider),
                    projects=of_provider(projects, provider),
                    pipelines=of_provider(pipelines, provider),
                    statuses=statuses,
                    actors=actors,
                    created_from=self.created_from,
                    created_to=self.created_to,
                    include_children=bool(self.include_children),
                )
            queries.append((provider, query))
        return queries
