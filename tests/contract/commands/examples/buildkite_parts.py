"""Buildkite: annotations, agents and queues."""

from gateway.domain.agent import Agent, AgentStatus, Queue
from gateway.domain.build_content import Annotation
from gateway.domain.commands.agents import PauseAgent, PauseQueue, ResumeAgent, ResumeQueue, StopAgent
from gateway.domain.commands.annotations import CreateAnnotation, DeleteAnnotation
from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.keys import AgentKey, AnnotationKey, Key, QueueKey
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import buildkite_ground as ground


async def note(stage: Stage) -> Command:
    return CreateAnnotation(build=await ground.new_build(stage), body="Hello", context="greeting", style="info", priority=7)


async def it_says_hello(stage: Stage, performed: Performed) -> None:
    annotation = await stage.read(performed.keys[0])
    assert isinstance(annotation, Annotation)
    assert (annotation.context, annotation.style, annotation.priority) == ("greeting", "info", 7)
    assert annotation.body_html == "<p>Hello</p>\n"
    assert annotation.job is None


async def note_on_job(stage: Stage) -> Command:
    build = await ground.new_build(stage)
    return CreateAnnotation(build=build, body="Hello", job=(await ground.job_of(stage, build)).key)


async def it_is_on_the_job(stage: Stage, performed: Performed) -> None:
    annotation = await stage.read(performed.keys[0])
    assert isinstance(annotation, Annotation)
    assert annotation.job is not None


async def append(stage: Stage) -> Command:
    build = await ground.new_build(stage)
    await ground.done(stage, CreateAnnotation(build=build, body="One", context="list"))
    return CreateAnnotation(build=build, body=" and two", context="list", append=True)


async def it_says_both(stage: Stage, performed: Performed) -> None:
    annotation = await stage.read(performed.keys[0])
    assert isinstance(annotation, Annotation)
    assert annotation.body_html == "<p>One and two</p>\n"


async def note_on_absent_build(stage: Stage) -> Command:
    return CreateAnnotation(build=await ground.absent_build(stage), body="Hello")


async def delete_note(stage: Stage) -> Command:
    performed = await ground.done(stage, await note(stage))
    key = performed.keys[0]
    assert isinstance(key, AnnotationKey)
    return DeleteAnnotation(annotation=key)


async def it_is_gone(stage: Stage, performed: Performed) -> None:
    await ground.is_gone(stage, performed.keys[0])


async def delete_absent_note(stage: Stage) -> Command:
    build = await ground.new_build(stage)
    return DeleteAnnotation(annotation=AnnotationKey(build.provider, (*build.parts[:3], ground.NOWHERE)))


def absent_agent(stage: Stage) -> AgentKey:
    return AgentKey(stage.provider.name, ("acme", ground.NOWHERE))


async def status_of(stage: Stage, key: Key) -> AgentStatus:
    agent = await stage.read(key)
    assert isinstance(agent, Agent)
    return agent.status


async def stop(stage: Stage) -> Command:
    return StopAgent(agent=ground.new_agent(stage), force=False)


async def it_is_stopping(stage: Stage, performed: Performed) -> None:
    assert await status_of(stage, performed.keys[0]) is AgentStatus.STOPPING


async def stop_again(stage: Stage) -> Command:
    command = await stop(stage)
    await ground.done(stage, command)
    return command


async def stop_absent(stage: Stage) -> Command:
    return StopAgent(agent=absent_agent(stage))


async def pause(stage: Stage) -> Command:
    return PauseAgent(agent=ground.new_agent(stage), note="Disk check", timeout_s=3600)


async def it_is_paused(stage: Stage, performed: Performed) -> None:
    agent = await stage.read(performed.keys[0])
    assert isinstance(agent, Agent)
    assert (agent.status, agent.paused_note) == (AgentStatus.PAUSED, "Disk check")


async def pause_again(stage: Stage) -> Command:
    command = await pause(stage)
    await ground.done(stage, command)
    return command


async def pause_absent(stage: Stage) -> Command:
    return PauseAgent(agent=absent_agent(stage))


async def resume(stage: Stage) -> Command:
    agent = ground.new_agent(stage)
    await ground.done(stage, PauseAgent(agent=agent))
    return ResumeAgent(agent=agent)


async def it_is_connected(stage: Stage, performed: Performed) -> None:
    assert await status_of(stage, performed.keys[0]) is AgentStatus.CONNECTED


async def resume_unpaused(stage: Stage) -> Command:
    return ResumeAgent(agent=ground.new_agent(stage))


async def resume_absent(stage: Stage) -> Command:
    return ResumeAgent(agent=absent_agent(stage))


async def queue_at(stage: Stage, key: Key) -> Queue:
    queue = await stage.read(key)
    assert isinstance(queue, Queue)
    return queue


def absent_queue(stage: Stage) -> QueueKey:
    organization, cluster, _ = ground.new_queue(stage).parts
    return QueueKey(stage.provider.name, (organization, cluster, ground.NOWHERE))


async def pause_queue(stage: Stage) -> Command:
    return PauseQueue(queue=ground.new_queue(stage), note="Change freeze")


async def the_queue_is_paused(stage: Stage, performed: Performed) -> None:
    queue = await queue_at(stage, performed.keys[0])
    assert (queue.paused, queue.paused_note) == (True, "Change freeze")


async def pause_queue_again(stage: Stage) -> Command:
    command = await pause_queue(stage)
    await ground.done(stage, command)
    return command


async def pause_absent_queue(stage: Stage) -> Command:
    return PauseQueue(queue=absent_queue(stage))


async def resume_queue(stage: Stage) -> Command:
    queue = ground.new_queue(stage)
    await ground.done(stage, PauseQueue(queue=queue))
    return ResumeQueue(queue=queue)


async def the_queue_is_open(stage: Stage, performed: Performed) -> None:
    assert (await queue_at(stage, performed.keys[0])).paused is False


async def resume_open_queue(stage: Stage) -> Command:
    return ResumeQueue(queue=ground.new_queue(stage))


async def resume_absent_queue(stage: Stage) -> Command:
    return ResumeQueue(queue=absent_queue(stage))


ANNOTATIONS = r"/annotations$"

EXAMPLES = (
    Example(
        command=CreateAnnotation,
        make=note,
        seen=it_says_hello,
        method="POST",
        route=ANNOTATIONS,
        missing=note_on_absent_build,
    ),
    Example(
        command=CreateAnnotation,
        name="createAnnotation on a job",
        make=note_on_job,
        seen=it_is_on_the_job,
        method="POST",
        route=ANNOTATIONS,
    ),
    Example(
        command=CreateAnnotation,
        name="createAnnotation that adds",
        make=append,
        seen=it_says_both,
        method="POST",
        route=ANNOTATIONS,
    ),
    Example(
        command=DeleteAnnotation,
        make=delete_note,
        seen=it_is_gone,
        method="DELETE",
        route=r"/annotations/[^/]+$",
        missing=delete_absent_note,
        answers_nothing=True,
    ),
    Example(
        command=StopAgent,
        make=stop,
        seen=it_is_stopping,
        method="PUT",
        route=r"/stop$",
        missing=stop_absent,
        conflict=stop_again,
        answers_nothing=True,
    ),
    Example(
        command=PauseAgent,
        make=pause,
        seen=it_is_paused,
        method="PUT",
        route=r"/pause$",
        missing=pause_absent,
        conflict=pause_again,
        answers_nothing=True,
    ),
    Example(
        command=ResumeAgent,
        make=resume,
        seen=it_is_connected,
        method="PUT",
        route=r"/resume$",
        missing=resume_absent,
        conflict=resume_unpaused,
        answers_nothing=True,
        only_states=True,
    ),
    Example(
        command=PauseQueue,
        make=pause_queue,
        seen=the_queue_is_paused,
        method="POST",
        route=r"/pause_dispatch$",
        missing=pause_absent_queue,
        conflict=pause_queue_again,
    ),
    Example(
        command=ResumeQueue,
        make=resume_queue,
        seen=the_queue_is_open,
        method="POST",
        route=r"/resume_dispatch$",
        missing=resume_absent_queue,
        conflict=resume_open_queue,
        only_states=True,
    ),
)
