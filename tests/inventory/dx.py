"""DX: the one call that reports a pipeline run, and the record that its reports make."""

from tests.inventory.fates import Argument, Fates, Objects, Route, Setting, Shown

SYNC = "/api/pipelineRuns.sync"

OPERATIONS: Fates = {
    "dx.pipelineRuns.sync": Route(SYNC),
}

FIELDS: Objects = {
    "PipelineRunNotification": {
        "pipeline_name": Argument("Mutation.recordPipelineRun(input.pipelineName)"),
        "pipeline_source": Argument("Mutation.recordPipelineRun(input.pipelineSource)"),
        "reference_id": Argument("Mutation.recordPipelineRun(input.referenceId)"),
        "started_at": Argument("Mutation.recordPipelineRun(input.startedAt)"),
        "status": Argument("Mutation.recordPipelineRun(input.status)"),
        "finished_at": Argument("Mutation.recordPipelineRun(input.finishedAt)"),
        "repository": Argument("Mutation.recordPipelineRun(input.repository)"),
        "commit_sha": Argument("Mutation.recordPipelineRun(input.commit)"),
        "pr_number": Argument("Mutation.recordPipelineRun(input.pullRequest)"),
        "source_url": Argument("Mutation.recordPipelineRun(input.url)"),
        "head_branch": Argument("Mutation.recordPipelineRun(input.branch)"),
        "email": Argument("Mutation.recordPipelineRun(input.email)"),
        "github_username": Argument("Mutation.recordPipelineRun(input.githubUsername)"),
        "gitlab_username": Argument("Mutation.recordPipelineRun(input.gitlabUsername)"),
    },
    "PipelineRunRecord": {
        "name": Shown("Build.pipeline.name"),
        "started": Shown("Build.startedAt"),
        "finished": Shown("Build.finishedAt"),
        "status": Shown("Build.status"),
        "duration": Shown("Build.durationSeconds"),
        "user": Shown("Build.actor"),
        "code_change": Shown("Build.repository", "Build.commit", "Build.pullRequest"),
    },
}

FEATURES: Fates = {
    "dx.error.not_authed": Route(SYNC, "not_authed"),
    "dx.error.invalid_auth": Route(SYNC, "invalid_auth"),
    "dx.error.account_inactive": Route(SYNC, "account_inactive"),
    "dx.error.required_params_missing": Route(SYNC, "required_params_missing"),
    "dx.aggregate.one_record": Shown("Query.builds"),
    "dx.aggregate.upsert_by_reference_id": Shown("Build.externalId"),
    "dx.aggregate.started_at.earliest": Shown("Build.startedAt"),
    "dx.aggregate.any_order": Shown("Build.startedAt", "Build.status"),
    "dx.aggregate.finished_at": Shown("Build.finishedAt"),
    "dx.aggregate.status.sort": Shown("Build.status"),
    "dx.aggregate.status.priority": Shown("Build.status"),
    "dx.aggregate.status.replace_if_higher": Shown("Build.status"),
    "dx.aggregate.status.default_unknown": Shown("RunStatus.UNKNOWN"),
    "dx.aggregate.status.pre_boot": Shown("Build.status"),
    "dx.aggregate.duration": Shown("Build.durationSeconds"),
    "dx.aggregate.attribution": Shown("Build.actor"),
    "dx.aggregate.code_change": Shown("Build.repository", "Build.commit", "Build.pullRequest"),
    "dx.aggregate.worked_example": Shown("Build.startedAt", "Build.status"),
    "dx.rule.commit_sha_needs_repository": Route(SYNC, "required_params_missing"),
    "dx.rule.pr_number_needs_repository": Route(SYNC, "required_params_missing"),
    "dx.rule.status_values": Route(SYNC, "invalid_arguments"),
    "dx.rule.timestamps_unix": Route(SYNC),
    "dx.client.never_fail_pipeline": Shown("Provider.forwarding"),
    "dx.api.bearer": Setting("dx", "ingest_keys"),
    "dx.api.json": Route(SYNC),
    "dx.api.instance_host": Setting("dx", "forward_base_url"),
}
