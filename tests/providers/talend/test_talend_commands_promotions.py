"""Promotions: what is sent to make, look into and execute them, and what of it is shown."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command
from gateway.domain.commands.promotions import (
    AnalyzePromotion,
    AssignPromotionUser,
    CreatePromotion,
    DeletePromotion,
    ExecutePromotion,
    PromotedKey,
    PromotionScope,
    UnassignPromotionUser,
    UpdatePromotion,
)
from gateway.domain.execution import Execution, ExecutionKind
from gateway.domain.keys import ArtifactKey, EnvironmentKey, ExecutionKey, PipelineKey, PromotionKey, WorkspaceKey
from gateway.domain.promotion import Promotion, PromotionOptions
from gateway.domain.run import RunStatus
from gateway.providers.talend.simulator.credentials import ONE_ENVIRONMENT_TOKEN
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.providers.talend import definitions_told as told
from tests.providers.talend.definitions_told import NOWHERE, reads, refused, sent, stage_on, writes
from tests.providers.talend.opened import NAME, app_of, open_provider
from tests.providers.talend.vendor import Vendor

pytestmark = pytest.mark.anyio

PROMOTIONS, RUNS = "/orchestration/executables/promotions", "/processing/executions/promotions"
READY = "Production to Staging"


@pytest.fixture
async def stage(own_tenant: Vendor) -> AsyncIterator[Stage]:
    """No target is protected, so that everything can be promoted."""
    for info in own_tenant.data.workspace_infos.values():
        info["protectedArtifactUpdate"] = False
    provider = open_provider(own_tenant.running)
    yield stage_on(own_tenant.running, provider)
    await provider.close()


def a_way_back(stage: Stage) -> CreatePromotion:
    source, target = told.environment(stage, "Staging"), told.environment(stage, "Development")
    return CreatePromotion(source_environment=source, target_environment=target, description="Back")


async def test_a_promotion_is_created_and_shown_from_the_answer(stage: Stage) -> None:
    command = a_way_back(stage)
    stage.simulator.control.reset_calls()

    changed = await stage.provider.commands[CreatePromotion].handle(command)

    source, target = command.source_environment.parts[0], command.target_environment.parts[0]
    assert writes(stage) == [
        ("POST", PROMOTIONS, {"sourceEnvironmentId": source, "targetEnvironmentId": target, "description": "Back"})
    ]
    assert reads(stage) == []
    [value] = changed.values
    assert value == await stage.read(changed.keys[0])
    assert value.whole


async def test_an_answer_without_the_description_is_no_whole_promotion(stage: Stage) -> None:
    body = '{"executable":"65a1f0c2d3e4b5a697880001","name":"Staging to Development"}'
    stage.simulator.control.add_fault(Fault(f"^{PROMOTIONS}$", method="POST", status=201, body=body))

    changed = await stage.provider.commands[CreatePromotion].handle(a_way_back(stage))

    [value] = changed.values
    assert isinstance(value, Promotion)
    assert not value.whole


async def test_a_promotion_leads_elsewhere(stage: Stage) -> None:
    here = told.environment(stage, "Staging")

    problem = await refused(stage, CreatePromotion(source_environment=here, target_environment=here))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.path == ("input", "targetEnvironmentId")
    assert not stage.simulator.control.calls


@pytest.mark.parametrize(
    ("absent", "path"), [("source_environment", "sourceEnvironmentId"), ("target_environment", "targetEnvironmentId")]
)
async def test_which_environment_is_absent_is_told_by_the_path(stage: Stage, absent: str, path: str) -> None:
    ends = {"source_environment": told.environment(stage, "Staging"), "target_environment": told.environment(stage, "Development")}
    ends[absent] = EnvironmentKey(NAME, (NOWHERE,))

    problem = await refused(stage, CreatePromotion(**ends))

    assert isinstance(problem, mutation_errors.NotFoundError)
    assert problem.path == ("input", path)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (EnvironmentKey("another", ("65a1f0c2d3e4b5a697880001",)), mutation_errors.InvalidInputError),
        (EnvironmentKey(NAME, ("a", "b")), mutation_errors.InvalidInputError),
        (EnvironmentKey(NAME, ("a b",)), mutation_errors.NotFoundError),
    ],
)
async def test_an_impossible_target_is_refused_without_a_call(
    stage: Stage, key: EnvironmentKey, kind: type[mutation_errors.MutationProblem]
) -> None:
    problem = await refused(stage, CreatePromotion(source_environment=told.environment(stage, "Staging"), target_environment=key))

    assert isinstance(problem, kind)
    assert problem.path == ("input", "targetEnvironmentId")
    assert not stage.simulator.control.calls


async def test_a_description_is_patched_and_may_be_emptied(stage: Stage) -> None:
    key = told.promotion(stage, READY)

    assert await sent(stage, UpdatePromotion(promotion=key, description="")) == [
        ("PATCH", f"{PROMOTIONS}/{key.parts[0]}", {"description": ""})
    ]
    assert reads(stage) == []


async def test_a_removed_promotion_leaves_what_it_has_promoted(stage: Stage) -> None:
    tenant = app_of(stage.simulator).tenant
    before = list(tenant.workspaces), list(tenant.tasks)

    await stage.done(DeletePromotion(promotion=told.promotion(stage, READY)))

    assert (list(tenant.workspaces), list(tenant.tasks)) == before


def in_production(stage: Stage) -> list[tuple[PromotedKey, str, str]]:
    """One thing of each kind, its id and the vendor's word."""
    tenant = app_of(stage.simulator).tenant
    workspace = told.workspace(stage, "Production", "Retail Analytics")

    def inside(documents: dict[str, dict[str, object]]) -> str:
        return next(key for key, found in documents.items() if tenant.workspace_of(found)["id"] == workspace.parts[0])

    task, plan, artifact = inside(tenant.tasks), inside(tenant.plans), inside(tenant.artifacts)
    return [
        (workspace, workspace.parts[0], "WORKSPACE"),
        (PipelineKey(NAME, ("task", task)), task, "FLOW"),
        (PipelineKey(NAME, ("plan", plan)), plan, "PLAN"),
        (ArtifactKey(NAME, (artifact,)), artifact, "ACTION"),
    ]


async def test_an_analysis_asks_for_all_that_was_given(stage: Stage) -> None:
    promotion = told.promotion(stage, READY)
    options = PromotionOptions(keep_target_resources=True)
    kept = {"keepTargetResources": True, "keepTargetRunProfiles": False}

    assert await sent(stage, AnalyzePromotion(promotion=promotion)) == [
        ("POST", f"{PROMOTIONS}/{promotion.parts[0]}", {"keepTargetResources": False, "keepTargetRunProfiles": False})
    ]
    for item, item_id, word in in_production(stage):
        command = AnalyzePromotion(promotion=promotion, options=options, scope=PromotionScope(item=item), context="c")
        [(_, _, body)] = await sent(stage, command)
        assert body == {**kept, "context": "c", "promotionAdvancedInfo": {"id": item_id, "type": word}}


async def test_an_analysis_answers_with_the_report_and_no_receipt(stage: Stage) -> None:
    promotion = told.promotion(stage, READY)

    performed = await stage.done(AnalyzePromotion(promotion=promotion, context="change 4711"))

    assert performed.keys == (promotion,)
    assert performed.receipt is None
    assert performed.report is not None
    assert (performed.report.native_status, performed.report.context) == ("ANALIZED", "change 4711")
    assert performed.report.workspaces


async def test_an_execution_sends_all_that_was_given(stage: Stage) -> None:
    promotion = told.promotion(stage, READY)
    kept = {"keepTargetResources": False, "keepTargetRunProfiles": True}

    for item, item_id, word in in_production(stage):
        command = ExecutePromotion(
            promotion=promotion,
            options=PromotionOptions(keep_target_run_profiles=True),
            scope=PromotionScope(item=item),
            context="c",
        )
        [(method, path, body)] = await sent(stage, command)
        assert (method, path) == ("POST", RUNS)
        advanced = {"artifactId": item_id, "artifactType": word}
        assert body == {"executable": promotion.parts[0], **kept, "context": "c", "advanced": advanced}


async def test_the_run_is_shown_from_the_answer_and_found_by_its_key(stage: Stage) -> None:
    promotion = told.promotion(stage, READY)

    changed = await stage.provider.commands[ExecutePromotion].handle(ExecutePromotion(promotion=promotion))

    [run] = changed.values
    assert isinstance(run, Execution)
    assert (run.kind, run.status, run.promotion) == (ExecutionKind.PROMOTION, RunStatus.RUNNING, promotion)
    stage.clock.advance(60)
    ended = await stage.read(changed.keys[0])
    assert isinstance(ended, Execution)
    assert ended.finished
    assert ended.key == run.key


@pytest.mark.parametrize("report", [None, "odd", {"status": 7}, {"status": "PROMOTION_STARTED"}])
async def test_a_run_that_the_answer_hardly_tells_is_provisional(stage: Stage, report: object) -> None:
    run_id = "b2a4c8de-1f02-4c3b-8a55-90a1b2c3d4e5"
    body = msgspec.json.encode({"executionId": run_id, "executionReport": report}).decode()
    stage.simulator.control.add_fault(Fault(f"^{RUNS}$", method="POST", status=201, body=body))
    promotion = told.promotion(stage, READY)

    performed = await stage.done(ExecutePromotion(promotion=promotion))

    assert performed.keys == (ExecutionKey(NAME, ("promotion", run_id)),)
    [stand_in] = performed.stand_ins
    assert isinstance(stand_in, Execution)
    assert stand_in.provisional
    assert (stand_in.key, stand_in.promotion, stand_in.status) == (performed.keys[0], promotion, RunStatus.QUEUED)


async def test_an_answer_without_a_body_is_a_started_run_that_nobody_can_name(stage: Stage) -> None:
    app_of(stage.simulator).settings.promotion_execution = "accepted"

    performed = await stage.done(ExecutePromotion(promotion=told.promotion(stage, READY)))

    assert (performed.keys, performed.stand_ins) == ((), ())
    assert performed.receipt is not None
    assert performed.receipt.status == 202


async def test_a_promotion_with_errors_is_a_conflict_that_tells_where_to_look(stage: Stage) -> None:
    stage.simulator.control.add_fault(Fault(f"^{RUNS}$", method="POST", status=501))

    problem = await refused(stage, ExecutePromotion(promotion=told.promotion(stage, READY)))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert "analyzePromotion" in problem.message
    assert len(writes(stage)) == 1


async def test_a_remark_is_at_most_255_characters_long(stage: Stage) -> None:
    promotion = told.promotion(stage, READY)
    await stage.done(AnalyzePromotion(promotion=promotion, context="é" * 255))
    commands: list[Command] = [
        AnalyzePromotion(promotion=promotion, context="x" * 256),
        ExecutePromotion(promotion=promotion, context="x" * 256),
    ]

    for command in commands:
        problem = await refused(stage, command)
        assert isinstance(problem, mutation_errors.InvalidInputError)
        assert problem.path == ("input", "context")
        assert writes(stage) == []


async def test_a_thing_that_the_source_does_not_hold_is_the_scopes_fault(stage: Stage) -> None:
    promotion, elsewhere = told.promotion(stage, READY), told.workspace(stage, "Development", "Retail Analytics")

    for kind in (AnalyzePromotion, ExecutePromotion):
        problem = await refused(stage, kind(promotion=promotion, scope=PromotionScope(item=elsewhere)))
        assert isinstance(problem, mutation_errors.InvalidInputError)
        assert problem.path == ("input", "scope", "itemId")


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (WorkspaceKey("another", ("65a1f0c2d3e4b5a697880001",)), mutation_errors.InvalidInputError),
        (PipelineKey("another", ("task", "65a1f0c2d3e4b5a697880001")), mutation_errors.InvalidInputError),
        (PipelineKey(NAME, ("job", "65a1f0c2d3e4b5a697880001")), mutation_errors.InvalidInputError),
        (PipelineKey(NAME, ("task", "a b")), mutation_errors.NotFoundError),
        (ArtifactKey(NAME, ("a b",)), mutation_errors.NotFoundError),
    ],
)
async def test_an_impossible_scope_is_refused_without_a_call(
    stage: Stage, item: PromotedKey, kind: type[mutation_errors.MutationProblem]
) -> None:
    problem = await refused(stage, AnalyzePromotion(promotion=told.promotion(stage, READY), scope=PromotionScope(item=item)))

    assert isinstance(problem, kind)
    assert problem.path == ("input", "scope", "itemId")
    assert not stage.simulator.control.calls


@pytest.mark.parametrize("kind", [AssignPromotionUser, UnassignPromotionUser])
@pytest.mark.parametrize("given", [{}, {"user_id": "a", "service_account_id": "b"}])
async def test_exactly_one_is_assigned_or_unassigned(
    stage: Stage, kind: type[AssignPromotionUser | UnassignPromotionUser], given: dict[str, str]
) -> None:
    problem = await refused(stage, kind(promotion=told.promotion(stage, READY), **given))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert not stage.simulator.control.calls


async def test_a_login_name_stays_in_its_place_in_the_address(stage: Stage) -> None:
    promotion = told.promotion(stage, READY)

    [(_, path, _)] = await sent(stage, AssignPromotionUser(promotion=promotion, user_id="ann/lee@acme"))
    problem = await refused(stage, AssignPromotionUser(promotion=promotion, user_id=".."))

    assert path.endswith("/users/ann%2Flee%40acme")
    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.path == ("input", "userId")


async def test_whether_promotion_or_person_is_absent_is_told_by_the_path(stage: Stage) -> None:
    absent = PromotionKey(NAME, (NOWHERE,))

    person = await refused(stage, UnassignPromotionUser(promotion=told.promotion(stage, READY), user_id="nobody"))
    account = await refused(stage, UnassignPromotionUser(promotion=told.promotion(stage, READY), service_account_id="nobody"))
    promotion = await refused(stage, UnassignPromotionUser(promotion=absent, user_id="nobody"))

    assert [type(each) for each in (person, account, promotion)] == [mutation_errors.NotFoundError] * 3
    assert (person.path, account.path) == (("input", "userId"), ("input", "serviceAccountId"))
    assert promotion.path == ("input", "promotionId")


async def test_a_service_account_can_be_assigned_again_and_a_person_cannot(stage: Stage) -> None:
    promotion = told.promotion(stage, READY)
    account = AssignPromotionUser(promotion=promotion, service_account_id="aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV")

    await stage.done(account)
    await stage.done(account)
    problem = await refused(stage, AssignPromotionUser(promotion=promotion, user_id="mreyes"))

    assert isinstance(problem, mutation_errors.ConflictError)


async def test_who_is_not_assigned_may_not_execute(own_tenant: Vendor) -> None:
    provider = open_provider(own_tenant.running, {"token": ONE_ENVIRONMENT_TOKEN.value})
    stage = stage_on(own_tenant.running, provider)
    command = ExecutePromotion(promotion=told.promotion(stage, READY))

    performed = await stage.perform(command, confirm_name=READY)

    assert isinstance(performed.errors[0], mutation_errors.PermissionDeniedError)
    await provider.close()
