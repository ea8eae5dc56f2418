"""Codefresh: triggers of the four sorts."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.triggers import (
    CreateTrigger,
    CronTrigger,
    DeleteTrigger,
    GitTrigger,
    HelmTrigger,
    RegistryTrigger,
)
from gateway.domain.keys import TriggerKey
from gateway.domain.trigger import Trigger, TriggerType
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples.codefresh_made import PIPELINE, it_is_gone, new_pipeline, no_pipeline

EVENTS = r"/hermes/events$"
LINKS = r"/hermes/triggers/"
GIT = GitTrigger(repository="acme/shop", events=("push.heads",), branch_pattern="/^main$/gi", integration_context="github")
CRON = CronTrigger(expression="0 0 6 * * *", message="every morning", branch="main")


async def the_trigger(stage: Stage, performed: Performed) -> Trigger:
    trigger = await stage.read(performed.keys[0])
    assert isinstance(trigger, Trigger)
    return trigger


async def git(stage: Stage) -> Command:
    return CreateTrigger(pipeline=await new_pipeline(stage), name="push", git=GIT)


async def it_watches_the_repository(stage: Stage, performed: Performed) -> None:
    trigger = await the_trigger(stage, performed)
    assert (trigger.type, trigger.name, trigger.repository) == (TriggerType.GIT, "push", "acme/shop")
    assert (trigger.events, trigger.branch_pattern) == (("push.heads",), "/^main$/gi")


async def cron(stage: Stage) -> Command:
    return CreateTrigger(pipeline=await new_pipeline(stage), cron=CRON)


async def it_watches_the_clock(stage: Stage, performed: Performed) -> None:
    trigger = await the_trigger(stage, performed)
    assert (trigger.type, trigger.cron_expression, trigger.message) == (TriggerType.CRON, "0 0 6 * * *", "every morning")


async def helm(stage: Stage) -> Command:
    chart = HelmTrigger(kind="jfrog", repository="charts", chart=stage.name("chart"))
    return CreateTrigger(pipeline=await new_pipeline(stage), helm=chart)


async def it_watches_charts(stage: Stage, performed: Performed) -> None:
    trigger = await the_trigger(stage, performed)
    assert (trigger.type, trigger.native_type, trigger.events) == (TriggerType.HELM, "helm:jfrog", ("push",))


async def registry(stage: Stage) -> Command:
    image = RegistryTrigger(kind="azure", namespace="acme", repository=f"team/{stage.name('image')}", tag_pattern="^v")
    return CreateTrigger(pipeline=await new_pipeline(stage), registry=image)


async def registry_of_a_known_event(stage: Stage) -> Command:
    made = await registry(stage)
    assert isinstance(made, CreateTrigger)
    await stage.done(made)
    return CreateTrigger(pipeline=await new_pipeline(stage), registry=made.registry)


async def it_watches_images(stage: Stage, performed: Performed) -> None:
    trigger = await the_trigger(stage, performed)
    assert (trigger.type, trigger.native_type, trigger.events) == (TriggerType.REGISTRY, "registry:azure", ("push",))


async def git_absent(stage: Stage) -> Command:
    return CreateTrigger(pipeline=no_pipeline(stage), git=GIT)


async def cron_absent(stage: Stage) -> Command:
    return CreateTrigger(pipeline=no_pipeline(stage), cron=CRON)


async def helm_absent(stage: Stage) -> Command:
    return CreateTrigger(pipeline=no_pipeline(stage), helm=HelmTrigger(kind="jfrog", repository="charts", chart="shop"))


async def registry_absent(stage: Stage) -> Command:
    image = RegistryTrigger(kind="quay", namespace="acme", repository="payments")
    return CreateTrigger(pipeline=no_pipeline(stage), registry=image)


async def twice(stage: Stage, command: Command) -> Command:
    await stage.done(command)
    return command


async def git_twice(stage: Stage) -> Command:
    return await twice(stage, await git(stage))


async def cron_twice(stage: Stage) -> Command:
    return await twice(stage, await cron(stage))


async def helm_twice(stage: Stage) -> Command:
    return await twice(stage, await helm(stage))


async def registry_twice(stage: Stage) -> Command:
    return await twice(stage, await registry(stage))


async def made(stage: Stage, command: Command) -> TriggerKey:
    [key] = (await stage.done(command)).keys
    assert isinstance(key, TriggerKey)
    return key


async def delete_git(stage: Stage) -> Command:
    return DeleteTrigger(trigger=await made(stage, await git(stage)))


async def delete_cron(stage: Stage) -> Command:
    return DeleteTrigger(trigger=await made(stage, await cron(stage)))


async def delete_helm(stage: Stage) -> Command:
    return DeleteTrigger(trigger=await made(stage, await helm(stage)))


async def delete_git_again(stage: Stage) -> Command:
    return await twice(stage, await delete_git(stage))


async def delete_cron_again(stage: Stage) -> Command:
    return await twice(stage, await delete_cron(stage))


async def delete_helm_again(stage: Stage) -> Command:
    return await twice(stage, await delete_helm(stage))


async def delete_borrowed(stage: Stage) -> Command:
    pipeline = await new_pipeline(stage)
    key = await made(stage, CreateTrigger(pipeline=pipeline, name="push", git=GIT))
    borrowing = CronTrigger(expression="@daily", message="nightly", git_trigger="push")
    await stage.done(CreateTrigger(pipeline=pipeline, cron=borrowing))
    return DeleteTrigger(trigger=key)


EXAMPLES = (
    Example(
        command=CreateTrigger,
        name="createTrigger git",
        make=git,
        seen=it_watches_the_repository,
        method="PUT",
        route=PIPELINE,
        missing=git_absent,
        conflict=git_twice,
        tries_on_conflict=2,
    ),
    Example(
        command=CreateTrigger,
        name="createTrigger cron",
        make=cron,
        seen=it_watches_the_clock,
        method="PUT",
        route=PIPELINE,
        missing=cron_absent,
        conflict=cron_twice,
        tries_on_conflict=2,
    ),
    Example(
        command=CreateTrigger,
        name="createTrigger helm",
        make=helm,
        seen=it_watches_charts,
        method="POST",
        route=EVENTS,
        missing=helm_absent,
        conflict=helm_twice,
    ),
    Example(
        command=CreateTrigger,
        name="createTrigger registry",
        make=registry,
        seen=it_watches_images,
        method="POST",
        route=EVENTS,
        missing=registry_absent,
        conflict=registry_twice,
    ),
    Example(
        command=CreateTrigger,
        name="createTrigger registry of a known event",
        make=registry_of_a_known_event,
        seen=it_watches_images,
        method="POST",
        route=LINKS,
        answers_nothing=True,
    ),
    Example(
        command=DeleteTrigger,
        name="deleteTrigger git",
        make=delete_git,
        seen=it_is_gone,
        method="PUT",
        route=PIPELINE,
        missing=delete_git_again,
        conflict=delete_borrowed,
        tries_on_conflict=2,
    ),
    Example(
        command=DeleteTrigger,
        name="deleteTrigger cron",
        make=delete_cron,
        seen=it_is_gone,
        method="PUT",
        route=PIPELINE,
        missing=delete_cron_again,
        tries_on_conflict=2,
    ),
    Example(
        command=DeleteTrigger,
        name="deleteTrigger helm",
        make=delete_helm,
        seen=it_is_gone,
        method="DELETE",
        route=LINKS,
        missing=delete_helm_again,
        answers_nothing=True,
    ),
)
