"""What a query means, said once more and as simply as can be, over a list of runs."""

import re


def matches(run, query):
    def any_of(values, test):
        return values is None or any(test(value) for value in values)

    people = {name.casefold() for name in (run.email, run.github_username, run.gitlab_username) if name}
    return (
        any_of(query.pipelines, lambda each: each == (run.pipeline_source, run.pipeline_name))
        and any_of(query.statuses, lambda each: each == run.status)
        and any_of(query.repositories, lambda each: run.repository is not None and each.casefold() == run.repository.casefold())
        and any_of(query.commits, lambda each: each == run.commit)
        and any_of(query.pull_requests, lambda each: each == run.pull_request)
        and any_of(query.branches, lambda each: run.branch is not None and is_like(run.branch, each))
        and any_of(query.actors, lambda each: each.casefold() in people)
        and (query.started_from is None or run.started_at >= query.started_from)
        and (query.started_to is None or run.started_at < query.started_to)
    )


def is_like(branch, pattern):
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), branch, re.DOTALL) is not None


def newest(runs, query):
    return sorted((run for run in runs if matches(run, query)), key=lambda run: (-run.started_at.timestamp(), run.reference_id))
