"""Talend's environments."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.places import (
    CreateEnvironment,
    DeleteEnvironment,
    UpdateEnvironment,
)
from gateway.domain.commands.promotions import CreatePromotion
from gateway.domain.environment import Environment
from gateway.domain.keys import EnvironmentKey
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import talend_ground as ground

ENVIRONMENTS, ENVIRONMENT = r"^/orchestration/environments$", r"^/orchestration/environments/[^/]+$"


def absent(stage: Stage) -> EnvironmentKey:
    return EnvironmentKey(stage.provider.name, (ground.NOWHERE,))


async def create_environment(stage: Stage) -> Command:
    name = stage.name("environment")
    return CreateEnvironment(provider=stage.provider.name, name=name, workspace_name="First", max_cloud_containers=2)


async def it_is_an_environment(stage: Stage, performed: Performed) -> None:
    environment = await ground.first(stage, performed)
    assert isinstance(environment, Environment)
    assert environment.max_cloud_containers == 2


async def create_environment_again(stage: Stage) -> Command:
    command = await create_environment(stage)
    await stage.done(command)
    return command


async def update_environment(stage: Stage) -> Command:
    return UpdateEnvironment(environment=await ground.new_environment(stage), description="For rehearsals")


async def it_has_kept_its_containers(stage: Stage, performed: Performed) -> None:
    environment = await ground.first(stage, performed)
    assert isinstance(environment, Environment)
    assert (environment.description, environment.max_cloud_containers) == ("For rehearsals", 2)


async def take_the_name_of_an_environment(stage: Stage) -> Command:
    return UpdateEnvironment(environment=await ground.new_environment(stage), name="Production")


async def update_absent_environment(stage: Stage) -> Command:
    return UpdateEnvironment(environment=absent(stage), name="x")


async def delete_environment(stage: Stage) -> Command:
    return DeleteEnvironment(environment=await ground.new_environment(stage))


async def delete_an_environment_that_a_promotion_uses(stage: Stage) -> Command:
    source = await ground.new_environment(stage)
    await stage.done(CreatePromotion(source_environment=source, target_environment=await ground.new_environment(stage)))
    return DeleteEnvironment(environment=source)


async def delete_absent_environment(stage: Stage) -> Command:
    return DeleteEnvironment(environment=absent(stage))


EXAMPLES = (
    Example(
        command=CreateEnvironment,
        make=create_environment,
        seen=it_is_an_environment,
        method="POST",
        route=ENVIRONMENTS,
        conflict=create_environment_again,
    ),
    Example(
        command=UpdateEnvironment,
        make=update_environment,
        seen=it_has_kept_its_containers,
        method="PUT",
        route=ENVIRONMENT,
        missing=update_absent_environment,
        conflict=take_the_name_of_an_environment,
        answers_nothing=True,
    ),
    Example(
        command=DeleteEnvironment,
        make=delete_environment,
        seen=ground.it_is_gone,
        method="DELETE",
        route=ENVIRONMENT,
        missing=delete_absent_environment,
        conflict=delete_an_environment_that_a_promotion_uses,
        answers_nothing=True,
        only_states=True,
    ),
)
