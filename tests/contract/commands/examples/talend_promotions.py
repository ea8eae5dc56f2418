"""Talend's promotions: made, looked into, executed."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.promotions import (
    AnalyzePromotion,
    AssignPromotionUser,
    CreatePromotion,
    DeletePromotion,
    ExecutePromotion,
    PromotionScope,
    UnassignPromotionUser,
    UpdatePromotion,
)
from gateway.domain.execution import Execution, ExecutionKind
from gateway.domain.keys import EnvironmentKey, ExecutionKey, PromotionKey
from gateway.domain.promotion import Promotion, PromotionUsers
from gateway.domain.run import RunStatus
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples.talend_ground import (
    NOWHERE,
    it_is_gone,
    new_artifact,
    new_environment,
    new_workspace,
    tenant_of,
)

PROMOTIONS, PROMOTION = r"^/orchestration/executables/promotions$", r"^/orchestration/executables/promotions/[^/]+$"
USER, ACCOUNT = r"^/orchestration/executables/promotions/[^/]+/users/[^/]+$", r"/promotions/[^/]+/service-accounts/[^/]+$"
RUNS = r"^/processing/executions/promotions$"
ACCOUNT_ID = "aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV"


async def new_promotion(stage: Stage) -> PromotionKey:
    [key] = (await stage.done(await create(stage))).keys
    assert isinstance(key, PromotionKey)
    return key


def absent(stage: Stage) -> PromotionKey:
    return PromotionKey(stage.provider.name, (NOWHERE,))


async def create(stage: Stage) -> Command:
    source, target = await new_environment(stage), await new_environment(stage)
    return CreatePromotion(source_environment=source, target_environment=target, description="Release")


async def it_is_a_promotion(stage: Stage, performed: Performed) -> None:
    promotion = await stage.read(performed.keys[0])
    assert isinstance(promotion, Promotion)
    assert promotion.description == "Release"


async def create_again(stage: Stage) -> Command:
    command = await create(stage)
    await stage.done(command)
    return command


async def create_nowhere(stage: Stage) -> Command:
    nowhere = EnvironmentKey(stage.provider.name, (NOWHERE,))
    return CreatePromotion(source_environment=await new_environment(stage), target_environment=nowhere)


async def describe(stage: Stage) -> Command:
    return UpdatePromotion(promotion=await new_promotion(stage), description="Rehearsal")


async def it_is_described(stage: Stage, performed: Performed) -> None:
    promotion = await stage.read(performed.keys[0])
    assert isinstance(promotion, Promotion)
    assert promotion.description == "Rehearsal"


async def describe_absent(stage: Stage) -> Command:
    return UpdatePromotion(promotion=absent(stage), description="Rehearsal")


async def delete(stage: Stage) -> Command:
    return DeletePromotion(promotion=await new_promotion(stage))


async def delete_absent(stage: Stage) -> Command:
    return DeletePromotion(promotion=absent(stage))


async def analyze(stage: Stage) -> Command:
    return AnalyzePromotion(promotion=await new_promotion(stage), context="change 4711")


async def it_tells_what_would_be_done(stage: Stage, performed: Performed) -> None:
    assert performed.report is not None
    assert performed.report.status is RunStatus.SUCCEEDED
    assert [each.name for each in performed.report.workspaces] == ["First"]


async def analyze_absent(stage: Stage) -> Command:
    return AnalyzePromotion(promotion=absent(stage))


async def execute(stage: Stage) -> Command:
    return ExecutePromotion(promotion=await new_promotion(stage), context="change 4711")


async def it_runs(stage: Stage, performed: Performed) -> None:
    [key] = performed.keys
    assert isinstance(key, ExecutionKey)
    run = await stage.read(key)
    assert isinstance(run, Execution)
    assert (run.kind, run.status) == (ExecutionKind.PROMOTION, RunStatus.RUNNING)


async def execute_with_errors(stage: Stage) -> Command:
    """An artifact of the target is older, and protected."""
    source, target = await new_environment(stage), await new_environment(stage)
    [key] = (await stage.done(CreatePromotion(source_environment=source, target_environment=target))).keys
    assert isinstance(key, PromotionKey)
    here, there = await new_workspace(stage, source, "Sales"), await new_workspace(stage, target, "Sales", protected=True)
    new_artifact(stage, here, "load", "0.3.0")
    new_artifact(stage, there, "load")
    return ExecutePromotion(promotion=key)


async def execute_for_one_workspace(stage: Stage) -> Command:
    promotion = await new_promotion(stage)
    source = tenant_of(stage).promotions[promotion.parts[0]]["sourceEnvironment"]["id"]
    workspace = await new_workspace(stage, EnvironmentKey(stage.provider.name, (source,)))
    return ExecutePromotion(promotion=promotion, scope=PromotionScope(item=workspace))


async def execute_absent(stage: Stage) -> Command:
    return ExecutePromotion(promotion=absent(stage))


async def users_of(stage: Stage, performed: Performed) -> PromotionUsers:
    assert stage.provider.promotions is not None
    [key] = performed.keys
    assert isinstance(key, PromotionKey)
    [users] = await stage.provider.promotions.users_of([key], frozenset())
    assert isinstance(users, PromotionUsers)
    return users


async def assign(stage: Stage) -> Command:
    return AssignPromotionUser(promotion=await new_promotion(stage), user_id="jlindgren")


async def the_user_may(stage: Stage, performed: Performed) -> None:
    assert (await users_of(stage, performed)).user_ids == ("jlindgren",)


async def assign_again(stage: Stage) -> Command:
    command = await assign(stage)
    await stage.done(command)
    return command


async def assign_to_absent(stage: Stage) -> Command:
    return AssignPromotionUser(promotion=absent(stage), user_id="jlindgren")


async def assign_account(stage: Stage) -> Command:
    return AssignPromotionUser(promotion=await new_promotion(stage), service_account_id=ACCOUNT_ID)


async def the_account_may(stage: Stage, performed: Performed) -> None:
    assert (await users_of(stage, performed)).service_account_ids == (ACCOUNT_ID,)


async def unassign(stage: Stage) -> Command:
    promotion = await new_promotion(stage)
    await stage.done(AssignPromotionUser(promotion=promotion, user_id="jlindgren"))
    return UnassignPromotionUser(promotion=promotion, user_id="jlindgren")


async def unassign_account(stage: Stage) -> Command:
    promotion = await new_promotion(stage)
    await stage.done(AssignPromotionUser(promotion=promotion, service_account_id=ACCOUNT_ID))
    return UnassignPromotionUser(promotion=promotion, service_account_id=ACCOUNT_ID)


async def nobody_may(stage: Stage, performed: Performed) -> None:
    assert await users_of(stage, performed) == PromotionUsers()


async def unassign_nobody(stage: Stage) -> Command:
    return UnassignPromotionUser(promotion=await new_promotion(stage), user_id="nobody")


EXAMPLES = (
    Example(
        command=CreatePromotion,
        make=create,
        seen=it_is_a_promotion,
        method="POST",
        route=PROMOTIONS,
        missing=create_nowhere,
        conflict=create_again,
    ),
    Example(
        command=UpdatePromotion,
        make=describe,
        seen=it_is_described,
        method="PATCH",
        route=PROMOTION,
        missing=describe_absent,
        answers_nothing=True,
    ),
    Example(
        command=DeletePromotion,
        make=delete,
        seen=it_is_gone,
        method="DELETE",
        route=PROMOTION,
        missing=delete_absent,
        answers_nothing=True,
    ),
    Example(
        command=AnalyzePromotion,
        make=analyze,
        seen=it_tells_what_would_be_done,
        method="POST",
        route=PROMOTION,
        missing=analyze_absent,
        changes_nothing=True,
    ),
    Example(
        command=ExecutePromotion,
        make=execute,
        seen=it_runs,
        method="POST",
        route=RUNS,
        missing=execute_absent,
        conflict=execute_with_errors,
    ),
    Example(
        command=ExecutePromotion,
        name="executePromotion, one workspace",
        make=execute_for_one_workspace,
        seen=it_runs,
        method="POST",
        route=RUNS,
    ),
    Example(
        command=AssignPromotionUser,
        make=assign,
        seen=the_user_may,
        method="PUT",
        route=USER,
        missing=assign_to_absent,
        conflict=assign_again,
        answers_nothing=True,
    ),
    Example(
        command=AssignPromotionUser,
        name="assignPromotionUser, a service account",
        make=assign_account,
        seen=the_account_may,
        method="PUT",
        route=ACCOUNT,
        answers_nothing=True,
    ),
    Example(
        command=UnassignPromotionUser,
        make=unassign,
        seen=nobody_may,
        method="DELETE",
        route=USER,
        missing=unassign_nobody,
        answers_nothing=True,
    ),
    Example(
        command=UnassignPromotionUser,
        name="unassignPromotionUser, a service account",
        make=unassign_account,
        seen=nobody_may,
        method="DELETE",
        route=ACCOUNT,
        answers_nothing=True,
    ),
)
