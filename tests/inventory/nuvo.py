"""nuvo (now Ingestro): the calls, fields and habits of its Execution API."""

from tests.inventory.fates import Argument, Fate, Fates, LeftOut, Objects, Setting, Shown, each

ECHO = LeftOut("Repeats the page that was asked for; the gateway checks it and clients have cursors.")
OPTIONS = LeftOut("What it takes is undocumented, and nothing in the schema needs it.")
TOTAL = LeftOut("May count one page only; lists of executions tell no total rather than a guess.")
AFTER = Argument("Query.executions(after)")
FIRST = Argument("Query.executions(first)")
FILTERS = Argument(
    "Query.executions(filter.pipelines)",
    "Query.executions(filter.statuses)",
    "Query.executions(filter.actors)",
    "Query.executions(filter.createdFrom)",
    "Query.executions(filter.createdTo)",
)

OPERATIONS: Fates = {
    "nuvo.executions.create": Shown("Mutation.runPipeline"),
    "nuvo.executions.get": Shown("Query.execution", "Query.node"),
    "nuvo.executions.list": Shown("Query.executions", "Pipeline.executions"),
}

EXECUTION: Fates = {
    "id": Shown("Execution.externalId"),
    "pipeline": Shown("Execution.pipeline"),
    "status": Shown("Execution.status", "Execution.nativeStatus"),
    "error": Shown("Execution.failure"),
    "error.message": Shown("Execution.failure.message"),
    "error.type": Shown("Execution.failure.kind"),
    "trigger_type": Shown("Execution.trigger.kind", "Execution.trigger.native"),
    "created_at": Shown("Execution.createdAt"),
    "created_by": Shown("Execution.actor"),
    "created_by.id": Shown("Execution.actor.externalId"),
    "created_by.name": Shown("Execution.actor.name"),
    "created_by.identifier": Shown("Execution.actor.username"),
    "created_by.type": Shown("Execution.actor.type"),
    "updated_by": Shown("Execution.updatedBy"),
    "updated_by.id": Shown("Execution.updatedBy.externalId"),
    "updated_by.name": Shown("Execution.updatedBy.name"),
    "updated_by.identifier": Shown("Execution.updatedBy.username"),
    "updated_by.type": Shown("Execution.updatedBy.type"),
    "updated_at": Shown("Execution.updatedAt"),
}
"""Of a row of a list, and of an execution read alone."""

ATTEMPTS: Fates = {
    "logs": Shown("Execution.attempts"),
    "logs[].status": Shown("ExecutionAttempt.status", "ExecutionAttempt.nativeStatus"),
    "logs[].data": Shown("ExecutionAttempt.metrics", "Execution.metrics"),
    "logs[].data.total_rows": Shown("ExecutionMetrics.totalRows"),
    "logs[].data.total_cells": Shown("ExecutionMetrics.totalCells"),
    "logs[].data.total_error_cells": Shown("ExecutionMetrics.errorCells"),
    "logs[].data.total_error_rows": Shown("ExecutionMetrics.errorRows"),
    "logs[].duration": Shown("ExecutionAttempt.durationSeconds"),
    "logs[].started_on": Shown("ExecutionAttempt.startedAt"),
    "logs[].started_at": Shown("ExecutionAttempt.startedAt"),
    "logs[].type": Shown("ExecutionAttempt.type", "ExecutionAttempt.nativeType"),
}


def below(prefix: str, fates: Fates) -> dict[str, Fate]:
    return {f"{prefix}.{name}": fate for name, fate in fates.items()}


FIELDS: Objects = {
    "ExecutionCreate": {"pipeline_id": Argument("Mutation.runPipeline(input.pipelineId)")},
    "ExecutionCreated": {
        "data": Shown("RunPipelinePayload.runs"),
        "data[].id": Shown("RunPipelinePayload.ids", "RunPipelinePayload.runs.externalId"),
        "data[].pipeline": Shown("RunPipelinePayload.runs.pipeline"),
        "data[].status": Shown("RunPipelinePayload.runs.status", "RunPipelinePayload.runs.nativeStatus"),
        "data[].trigger_type": Shown("RunPipelinePayload.runs.trigger.kind", "RunPipelinePayload.runs.trigger.native"),
    },
    "nuvo.executions.get": {"id": Argument("Query.execution(by.externalId.externalId)", "Query.execution(by.id)")},
    "nuvo.executions.list": {
        "sort": Argument("Query.executions(orderBy)"),
        "filters": FILTERS,
        "pagination": Argument("Query.executions(first)", "Query.executions(after)"),
        "options": OPTIONS,
        "pagination.offset": AFTER,
        "pagination.limit": FIRST,
    },
    "ExecutionDetail": {
        "data": Shown("Query.execution"),
        "data.configuration": Shown("Execution.configurationId"),
        **below("data", EXECUTION),
        **below("data", ATTEMPTS),
    },
    "ExecutionList": {
        "data": Shown("Query.executions.nodes"),
        **below("data[]", EXECUTION),
        **each("pagination pagination.offset pagination.limit", ECHO),
        "pagination.total": TOTAL,
    },
    "InputConnector": {
        "trigger_type": LeftOut("Connectors hold passwords and are not read; the trigger of an execution tells what started it."),
    },
}

FEATURES: Fates = {
    "nuvo.query.sort": Argument("Query.executions(orderBy)"),
    "nuvo.query.filters": FILTERS,
    "nuvo.query.pagination": Argument("Query.executions(first)", "Query.executions(after)"),
    "nuvo.query.options": OPTIONS,
    "nuvo.query.pagination.offset": AFTER,
    "nuvo.query.pagination.limit": FIRST,
    "nuvo.pagination.total": TOTAL,
    "nuvo.create.list_answer": Shown("RunPipelinePayload.runs"),
    "nuvo.create.one_per_http_email": Shown("RunPipelinePayload.runs"),
    "nuvo.create.many_per_ftp_s3": Shown("RunPipelinePayload.runs"),
    "nuvo.create.initial_status": Shown("RunPipelinePayload.runs.status"),
    "nuvo.create.manual_trigger": Shown("TriggerKind.API"),
    "nuvo.trigger.event_base": Shown("TriggerKind.WEBHOOK"),
    "nuvo.trigger.time_base": Shown("TriggerKind.SCHEDULE"),
    "nuvo.trigger.manual_without_schedule": Shown("TriggerKind.API"),
    "nuvo.error.only_on_failure": Shown("Execution.failure"),
    "nuvo.logs.attempts": Shown("Execution.attempts"),
    "nuvo.logs.fix_attempt": Shown("AttemptType.FIX"),
    "nuvo.list.no_logs": Shown("Execution.attempts", "Execution.configurationId"),
    "nuvo.duration.milliseconds": Shown("ExecutionAttempt.durationSeconds"),
    "nuvo.time.two_forms": Shown("Execution.createdAt", "ExecutionAttempt.startedAt"),
    "nuvo.actor": Shown("Execution.actor", "Execution.updatedBy"),
    "nuvo.api.base_url": Setting("nuvo", "base_url"),
}
