"""Who may change what: scopes of the token, and organizations of the account."""

from collections.abc import Sequence

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands import COMMANDS
from gateway.domain.commands.agents import PauseAgent, PauseQueue, ResumeAgent, ResumeQueue, StopAgent
from gateway.domain.commands.annotations import CreateAnnotation, DeleteAnnotation
from gateway.domain.commands.command import Command
from gateway.domain.commands.pipelines import (
    ArchivePipeline,
    CreatePipeline,
    DeletePipeline,
    PausePipeline,
    ReplacePipeline,
    UnarchivePipeline,
    UpdatePipeline,
)
from gateway.domain.commands.runs import ApproveRun, CancelRun, DenyRun, RetryJob, RetryRun, RunPipeline, UnblockJob
from gateway.domain.keys import AnnotationKey, BuildKey, JobKey, PipelineKey, WorkspaceKey
from gateway.providers.buildkite.simulator import READ_ONLY_TOKEN
from tests.contract.commands.examples.buildkite_ground import NOWHERE, YAML, new_agent, new_queue
from tests.contract.commands.samples import sample
from tests.providers.buildkite.commanded import BuildkiteStage

pytestmark = pytest.mark.anyio


def one_of_each(stage: BuildkiteStage) -> Sequence[tuple[Command, str]]:
    """Every command about something of acme, and the scope that it takes."""
    pipelines = stage.app.world.organizations[0].pipelines
    away = next(each for each in pipelines if each.archived_at)
    live, away_key = (PipelineKey(stage.provider.name, ("acme", found.slug, found.id)) for found in (pipelines[0], away))
    newest = pipelines[0].builds[-1]
    build = BuildKey(stage.provider.name, ("acme", pipelines[0].slug, str(newest.number), newest.id, ""))
    job = JobKey(build.provider, (*build.parts[:3], NOWHERE))
    agent, queue = new_agent(stage), new_queue(stage)
    workspace = WorkspaceKey(stage.provider.name, ("acme",))
    return (
        (RunPipeline(pipeline=live, branch="main"), "write_builds"),
        (CancelRun(run=build), "write_builds"),
        (RetryRun(run=build), "write_builds"),
        (RetryRun(run=build, failed_only=True), "write_builds"),
        (UnblockJob(job=job), "write_builds"),
        (RetryJob(job=job), "write_builds"),
        (CreateAnnotation(build=build, body="x"), "write_builds"),
        (DeleteAnnotation(annotation=AnnotationKey(build.provider, (*build.parts[:3], NOWHERE))), "write_builds"),
        (
            CreatePipeline(provider=stage.provider.name, workspace=workspace, name="x", repository="x", yaml=YAML),
            "write_pipelines",
        ),
        (UpdatePipeline(pipeline=live, description="x"), "write_pipelines"),
        (DeletePipeline(pipeline=live), "write_pipelines"),
        (ArchivePipeline(pipeline=live), "write_pipelines"),
        (UnarchivePipeline(pipeline=away_key), "write_pipelines"),
        (StopAgent(agent=agent), "write_agents"),
        (PauseAgent(agent=agent), "write_agents"),
        (ResumeAgent(agent=agent), "write_agents"),
        (PauseQueue(queue=queue), "write_clusters"),
        (ResumeQueue(queue=queue), "write_clusters"),
    )


async def test_a_token_that_may_only_read_is_told_the_scope(stage: BuildkiteStage) -> None:
    orders = one_of_each(stage)
    assert {type(command) for command, _ in orders} == set(stage.provider.commands)
    async with stage.as_seen(READ_ONLY_TOKEN.value) as reader:
        for command, scope in orders:
            problem = await reader.refused(command, mutation_errors.PermissionDeniedError)

            assert problem.missing_scope == scope, command


async def test_nothing_outside_the_configured_organizations_is_touched(stage: BuildkiteStage) -> None:
    orders = one_of_each(stage)
    async with stage.as_seen(organizations=("beta-labs",)) as narrow:
        for command, _ in orders:
            narrow.simulator.control.reset_calls()
            performed = await narrow.perform(command, confirm_name="x")

            assert [type(problem) for problem in performed.errors] == [mutation_errors.NotFoundError], command
            assert performed.errors[0].path[0] == "input"
            assert narrow.simulator.control.calls_total == 0, command


async def test_what_buildkite_has_not_says_what_to_use_instead(stage: BuildkiteStage) -> None:
    told = {capability.name: capability for capability in stage.provider.capabilities}

    for command, instead in (
        (ApproveRun, "unblockJob"),
        (DenyRun, "cancelRun"),
        (ReplacePipeline, "updatePipeline"),
        (PausePipeline, "archivePipeline"),
    ):
        await stage.refused(sample(command, stage.provider.name), mutation_errors.NotSupportedError, calls=0)
        row = told[command.mutation]
        assert row.supported is False
        assert instead in (row.note or "")


async def test_every_mutation_has_a_row_among_the_capabilities(stage: BuildkiteStage) -> None:
    told = [capability.name for capability in stage.provider.capabilities]

    assert len(told) == len(set(told))
    assert {command.mutation for command in COMMANDS} <= set(told)
