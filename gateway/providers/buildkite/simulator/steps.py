"""Pipeline steps: what jobs are made from, and how a pipeline row shows them."""

from dataclasses import dataclass
from random import Random
from typing import Literal

StepType = Literal["script", "waiter", "manual", "trigger"]


@dataclass(frozen=True, slots=True)
class Step:
    """`stage` counts the waiters and block steps before it."""

    type: StepType
    stage: int
    key: str | None = None
    label: str | None = None
    command: str = ""
    group: str | None = None
    queue: str = "default"
    parallel: int = 1
    artifacts: str | None = None
    target: str | None = None  # trigger: slug of the other pipeline


EVEN_STEPS = (
    Step("script", 0, "build", ":hammer: Build", "make build"),
    Step("script", 0, "test", ":test_tube: Test", "make test", artifacts="junit/*.xml"),
)


def random_steps(rng: Random, *, blocking: bool, trigger_target: str | None) -> tuple[Step, ...]:
    """Two to five scripts around waiters; a block step and a trigger on demand."""
    steps = [Step("script", 0, "build", ":hammer: Build", "make build", artifacts="dist/**/*")]
    steps.append(Step("script", 0, "test", "Test %n", "make test", group="checks", parallel=rng.randint(1, 3), artifacts="log/*"))
    if rng.random() < 0.4:
        steps.append(Step("script", 0, None, None, "./scripts/lint.sh\nmake audit", group="checks"))
    if not blocking and trigger_target is None and rng.random() < 0.4:
        return tuple(steps)
    steps.append(Step("waiter", 0))
    stage = 1
    if blocking:
        steps.append(Step("manual", stage, "approve", "Deploy?"))
        stage += 1
    queue = rng.choice(("default", "default", "deploy"))
    steps.append(Step("script", stage, "deploy", ":rocket: Deploy", "make deploy", queue=queue))
    if trigger_target is not None:
        steps.append(Step("trigger", stage, "downstream", ":arrow_right: Downstream", target=trigger_target))
    return tuple(steps)


def step_row(step: Step) -> dict[str, object]:
    """The step as a pipeline row shows it."""
    match step.type:
        case "waiter":
            return {"type": "waiter"}
        case "manual":
            return {"type": "manual", "label": step.label}
        case "trigger":
            return {
                "type": "trigger",
                "label": step.label,
                "pipeline": step.target,
                "build": {"message": None, "branch": None, "commit": None, "env": {}},
                "async": True,
                "branch_configuration": None,
                "concurrency": None,
                "parallelism": None,
            }
        case "script":
            return {
                "type": "script",
                "name": step.label,
                "command": step.command,
                "artifact_paths": step.artifacts,
                "branch_configuration": None,
                "env": {},
                "timeout_in_minutes": None,
                "agent_query_rules": [f"queue={step.queue}"],
                "concurrency": None,
                "parallelism": step.parallel if step.parallel > 1 else None,
            }


def yaml_of(steps: tuple[Step, ...]) -> str:
    """The configuration text that would give these steps."""
    lines = ["steps:"]
    for step in steps:
        if step.type == "waiter":
            lines.append("  - wait")
        elif step.type == "manual":
            lines.append(f'  - block: "{step.label}"')
        elif step.type == "trigger":
            lines.append(f'  - trigger: "{step.target}"')
        else:
            lines.append("  - command: |")
            lines.extend(f"      {line}" for line in step.command.splitlines())
            if step.label is not None:
                lines.append(f'    label: "{step.label}"')
            if step.parallel > 1:
                lines.append(f"    parallelism: {step.parallel}")
    return "\n".join(lines) + "\n"
