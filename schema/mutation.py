"""The root of all writes: a list of fields. Each mutation has a file of its own in `mutations/`."""

import strawberry

from schema.mutations.activate_destination import ActivateDestinationPayload, activate_destination
from schema.mutations.analyze_promotion import AnalyzePromotionPayload, analyze_promotion
from schema.mutations.approve_run import ApproveRunPayload, approve_run
from schema.mutations.archive_pipeline import ArchivePipelinePayload, archive_pipeline
from schema.mutations.assign_promotion_user import AssignPromotionUserPayload, assign_promotion_user
from schema.mutations.cancel_run import CancelRunPayload, cancel_run
from schema.mutations.create_annotation import CreateAnnotationPayload, create_annotation
from schema.mutations.create_data_connection import CreateDataConnectionPayload, create_data_connection
from schema.mutations.create_destination import CreateDestinationPayload, create_destination
from schema.mutations.create_environment import CreateEnvironmentPayload, create_environment
from schema.mutations.create_integration_context import CreateIntegrationContextPayload, create_integration_context
from schema.mutations.create_pipeline import CreatePipelinePayload, create_pipeline
from schema.mutations.create_project import CreateProjectPayload, create_project
from schema.mutations.create_promotion import CreatePromotionPayload, create_promotion
from schema.mutations.create_trigger import CreateTriggerPayload, create_trigger
from schema.mutations.create_workspace import CreateWorkspacePayload, create_workspace
from schema.mutations.delete_annotation import DeleteAnnotationPayload, delete_annotation
from schema.mutations.delete_artifact import DeleteArtifactPayload, delete_artifact
from schema.mutations.delete_artifact_version import DeleteArtifactVersionPayload, delete_artifact_version
from schema.mutations.delete_data_connection import DeleteDataConnectionPayload, delete_data_connection
from schema.mutations.delete_destination import DeleteDestinationPayload, delete_destination
from schema.mutations.delete_environment import DeleteEnvironmentPayload, delete_environment
from schema.mutations.delete_integration_context import DeleteIntegrationContextPayload, delete_integration_context
from schema.mutations.delete_pipeline import DeletePipelinePayload, delete_pipeline
from schema.mutations.delete_project import DeleteProjectPayload, delete_project
from schema.mutations.delete_promotion import DeletePromotionPayload, delete_promotion
from schema.mutations.delete_trigger import DeleteTriggerPayload, delete_trigger
from schema.mutations.delete_workspace import DeleteWorkspacePayload, delete_workspace
from schema.mutations.deny_run import DenyRunPayload, deny_run
from schema.mutations.execute_promotion import ExecutePromotionPayload, execute_promotion
from schema.mutations.pause_agent import PauseAgentPayload, pause_agent
from schema.mutations.pause_destination import PauseDestinationPayload, pause_destination
from schema.mutations.pause_pipeline import PausePipelinePayload, pause_pipeline
from schema.mutations.pause_queue import PauseQueuePayload, pause_queue
from schema.mutations.record_pipeline_run import RecordPipelineRunPayload, record_pipeline_run
from schema.mutations.replace_pipeline import ReplacePipelinePayload, replace_pipeline
from schema.mutations.resend_deliveries import ResendDeliveriesPayload, resend_deliveries
from schema.mutations.resume_agent import ResumeAgentPayload, resume_agent
from schema.mutations.resume_pipeline import ResumePipelinePayload, resume_pipeline
from schema.mutations.resume_queue import ResumeQueuePayload, resume_queue
from schema.mutations.retry_job import RetryJobPayload, retry_job
from schema.mutations.retry_run import RetryRunPayload, retry_run
from schema.mutations.run_pipeline import RunPipelinePayload, run_pipeline
from schema.mutations.schedule_pipeline import SchedulePipelinePayload, schedule_pipeline
from schema.mutations.send_records import SendRecordsPayload, send_records
from schema.mutations.stop_agent import StopAgentPayload, stop_agent
from schema.mutations.test_destination import TestDestinationPayload, test_destination
from schema.mutations.unarchive_pipeline import UnarchivePipelinePayload, unarchive_pipeline
from schema.mutations.unassign_promotion_user import UnassignPromotionUserPayload, unassign_promotion_user
from schema.mutations.unblock_job import UnblockJobPayload, unblock_job
from schema.mutations.unschedule_pipeline import UnschedulePipelinePayload, unschedule_pipeline
from schema.mutations.update_data_connection import UpdateDataConnectionPayload, update_data_connection
from schema.mutations.update_destination import UpdateDestinationPayload, update_destination
from schema.mutations.update_environment import UpdateEnvironmentPayload, update_environment
from schema.mutations.update_integration_context import UpdateIntegrationContextPayload, update_integration_context
from schema.mutations.update_pipeline import UpdatePipelinePayload, update_pipeline
from schema.mutations.update_project import UpdateProjectPayload, update_project
from schema.mutations.update_promotion import UpdatePromotionPayload, update_promotion
from schema.mutations.update_workspace import UpdateWorkspacePayload, update_workspace
from schema.types.view import field


@strawberry.type(
    description="Everything that can be changed. What a vendor refuses, or may have done or not, is told in the payload's `errors`."
)
class Mutation:
    """The root of all writes."""

    run_pipeline: RunPipelinePayload = field("Starts a run.", run_pipeline)
    cancel_run: CancelRunPayload = field("Ends a run before its time.", cancel_run)
    retry_run: RetryRunPayload = field("Repeats a run, or what failed of it.", retry_run)
    approve_run: ApproveRunPayload = field("Lets a run go on that waits for approval.", approve_run)
    deny_run: DenyRunPayload = field("Refuses the approval that a run waits for.", deny_run)
    unblock_job: UnblockJobPayload = field("Lets a build go on behind a job that waits for a person.", unblock_job)
    retry_job: RetryJobPayload = field("Repeats a job that has ended.", retry_job)
    record_pipeline_run: RecordPipelineRunPayload = field(
        "Takes in a report about a run of a CI system that the gateway cannot ask: it becomes a build.", record_pipeline_run
    )
    create_pipeline: CreatePipelinePayload = field("Creates a pipeline.", create_pipeline)
    update_pipeline: UpdatePipelinePayload = field("Changes parts of a pipeline.", update_pipeline)
    replace_pipeline: ReplacePipelinePayload = field(
        "Puts a new definition in the place of a pipeline's: what is not given is gone.", replace_pipeline
    )
    delete_pipeline: DeletePipelinePayload = field("Removes a pipeline for good.", delete_pipeline)
    archive_pipeline: ArchivePipelinePayload = field("Puts a pipeline away: it is kept, and starts no more runs.", archive_pipeline)
    unarchive_pipeline: UnarchivePipelinePayload = field("Brings an archived pipeline back.", unarchive_pipeline)
    pause_pipeline: PausePipelinePayload = field(
        "Keeps a pipeline from starting. Runs that are under way go on. Pausing a paused one changes nothing.", pause_pipeline
    )
    resume_pipeline: ResumePipelinePayload = field(
        "Ends the pause of a pipeline. Resuming one that is not paused changes nothing.", resume_pipeline
    )
    schedule_pipeline: SchedulePipelinePayload = field(
        "Makes a pipeline start at given times, in place of those that it has.", schedule_pipeline
    )
    unschedule_pipeline: UnschedulePipelinePayload = field(
        "Makes a pipeline start by hand alone. One that has no schedule is a conflict.", unschedule_pipeline
    )
    create_trigger: CreateTriggerPayload = field("Gives a pipeline a trigger.", create_trigger)
    delete_trigger: DeleteTriggerPayload = field("Takes a trigger from its pipeline.", delete_trigger)
    create_project: CreateProjectPayload = field("Creates a project.", create_project)
    update_project: UpdateProjectPayload = field("Changes parts of a project.", update_project)
    delete_project: DeleteProjectPayload = field("Removes a project for good.", delete_project)
    create_environment: CreateEnvironmentPayload = field("Creates an environment with a first workspace in it.", create_environment)
    update_environment: UpdateEnvironmentPayload = field("Changes parts of an environment.", update_environment)
    delete_environment: DeleteEnvironmentPayload = field(
        "Removes an environment and everything in it for good.", delete_environment
    )
    create_workspace: CreateWorkspacePayload = field("Creates a workspace in an environment.", create_workspace)
    update_workspace: UpdateWorkspacePayload = field("Changes parts of a workspace.", update_workspace)
    delete_workspace: DeleteWorkspacePayload = field("Removes a workspace and everything in it for good.", delete_workspace)
    create_integration_context: CreateIntegrationContextPayload = field(
        "Creates an integration context.", create_integration_context
    )
    update_integration_context: UpdateIntegrationContextPayload = field(
        "Changes values of an integration context.", update_integration_context
    )
    delete_integration_context: DeleteIntegrationContextPayload = field(
        "Removes an integration context for good.", delete_integration_context
    )
    delete_artifact: DeleteArtifactPayload = field("Removes an artifact with all its versions for good.", delete_artifact)
    delete_artifact_version: DeleteArtifactVersionPayload = field(
        "Removes one version of an artifact for good.", delete_artifact_version
    )
    create_data_connection: CreateDataConnectionPayload = field("Creates a data connection.", create_data_connection)
    update_data_connection: UpdateDataConnectionPayload = field("Changes parts of a data connection.", update_data_connection)
    delete_data_connection: DeleteDataConnectionPayload = field("Removes a data connection for good.", delete_data_connection)
    create_promotion: CreatePromotionPayload = field("Creates a way from one environment to another.", create_promotion)
    update_promotion: UpdatePromotionPayload = field("Gives a promotion another description.", update_promotion)
    delete_promotion: DeletePromotionPayload = field("Removes a promotion; what it has promoted stays.", delete_promotion)
    analyze_promotion: AnalyzePromotionPayload = field(
        "Finds out what a promotion would do now. Nothing is changed.", analyze_promotion
    )
    execute_promotion: ExecutePromotionPayload = field("Promotes, for good.", execute_promotion)
    assign_promotion_user: AssignPromotionUserPayload = field("Lets somebody execute a promotion.", assign_promotion_user)
    unassign_promotion_user: UnassignPromotionUserPayload = field(
        "No longer lets somebody execute a promotion.", unassign_promotion_user
    )
    create_annotation: CreateAnnotationPayload = field("Writes a note on a build, or on one of its jobs.", create_annotation)
    delete_annotation: DeleteAnnotationPayload = field("Removes a note from its build for good.", delete_annotation)
    stop_agent: StopAgentPayload = field("Makes an agent leave.", stop_agent)
    pause_agent: PauseAgentPayload = field("Keeps an agent from taking work.", pause_agent)
    resume_agent: ResumeAgentPayload = field("Lets a paused agent take work again.", resume_agent)
    pause_queue: PauseQueuePayload = field("Keeps a queue from handing out work.", pause_queue)
    resume_queue: ResumeQueuePayload = field("Lets a paused queue hand out work again.", resume_queue)
    create_destination: CreateDestinationPayload = field(
        "Creates a destination. It sends nothing before it is activated.", create_destination
    )
    update_destination: UpdateDestinationPayload = field(
        "Changes parts of a destination, from its next call on.", update_destination
    )
    activate_destination: ActivateDestinationPayload = field(
        "Lets a destination send, in the name of the caller. Activating an active one changes nothing.", activate_destination
    )
    pause_destination: PauseDestinationPayload = field(
        "Keeps a destination from sending: the call in flight is finished, the rest stays queued. Pausing a paused one changes "
        "nothing.",
        pause_destination,
    )
    delete_destination: DeleteDestinationPayload = field(
        "Ends a destination for good. What is queued is canceled.", delete_destination
    )
    resend_deliveries: ResendDeliveriesPayload = field("Queues dead letters of a destination once more.", resend_deliveries)
    send_records: SendRecordsPayload = field("Gives records to a destination.", send_records)
    test_destination: TestDestinationPayload = field(
        "Makes a destination's call for one record. The call is real.", test_destination
    )
