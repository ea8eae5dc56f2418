"""Pipeline definitions: with inline steps or YAML in git, with and without project, labels and triggers."""

from random import Random

from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID, RUNTIMES
from gateway.providers.codefresh.simulator.data.profiles import AccountPlan, PipelinePlan
from gateway.providers.codefresh.simulator.data.triggers import cron_triggers, git_triggers
from gateway.providers.codefresh.simulator.data.variables import generate_variables
from gateway.providers.codefresh.simulator.data.words import STEP_NAMES, TAGS
from gateway.providers.codefresh.simulator.documents import Document, Stored
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.pipeline import Pipeline, Pipelines, Projects, mask_pipeline
from gateway.providers.codefresh.simulator.times import DAY_MS, HOUR_MS, iso_ms

# Of any 50 pipelines in a row these positions are the odd ones, whatever the seed.
_WITHOUT_LABELS = frozenset({3, 7, 11, 15, 19, 23, 27, 31, 35, 39, 43, 47})
_WITH_EMPTY_TAGS = frozenset({5, 25, 45})
_YAML_IN_GIT = frozenset({2, 9, 16, 22, 29, 36, 41, 48})
_WITHOUT_TRIGGERS = frozenset({10, 26, 42, 46})
_CRON_ONLY = frozenset({6, 14, 33, 40})
_CRON_TOO = frozenset({1, 12, 20, 28, 37, 44})
_WITHOUT_CRON_KEY = frozenset({0, 8, 17, 24, 30, 38})


def generate_pipelines(plan: AccountPlan, projects: Projects, start_ms: int, random: Random) -> Pipelines:
    ids = ObjectIds(random)
    return Pipelines(
        _pipeline(number, wanted, projects, start_ms, ids=ids, random=random) for number, wanted in enumerate(plan.pipelines)
    )


def _pipeline(number: int, plan: PipelinePlan, projects: Projects, start_ms: int, *, ids: ObjectIds, random: Random) -> Pipeline:
    created_ms = start_ms - 700 * DAY_MS + number * 10 * DAY_MS + random.randrange(DAY_MS)
    place = number % 50
    project = projects.named(plan.project) if plan.project is not None else None
    repo = f"acme/{plan.project or 'legacy-api'}"
    steps = tuple(random.sample(STEP_NAMES, random.randint(2, 6)))
    git = git_triggers(repo, created_ms, ids, random) if place not in _WITHOUT_TRIGGERS | _CRON_ONLY else []
    cron: list[Document] = []
    if place in _CRON_ONLY | _CRON_TOO:
        cron = cron_triggers(created_ms, ids, random, str(git[0]["id"]) if git else None)
    tags = frozenset() if place in _WITH_EMPTY_TAGS | _WITHOUT_LABELS else frozenset(random.sample(TAGS, random.randint(1, 3)))

    metadata = _metadata(plan, created_ms, start_ms, random)
    metadata["id"] = ids.mint(created_ms)
    metadata["originalYamlString"] = "" if place in _YAML_IN_GIT else _yaml(steps)
    if project is not None:
        metadata |= {"project": project.name, "projectId": project.id}
    if place not in _WITHOUT_LABELS:
        metadata["labels"] = {"tags": sorted(tags)}

    spec = _spec(place, repo, steps, random)
    if git or place % 2:
        spec["triggers"] = git
    if place not in _WITHOUT_CRON_KEY:
        spec["cronTriggers"] = cron
    spec["variables"] = generate_variables(random, plan.name.replace("/", "-"))

    return Pipeline(
        id=str(metadata["id"]),
        name=plan.name,
        project=plan.project,
        project_id=None if project is None else project.id,
        tags=tags,
        stored=Stored({"version": "1.0", "kind": "pipeline", "metadata": metadata, "spec": spec}, mask_pipeline),
        git_triggers=tuple(git),
        cron_triggers=tuple(cron),
        step_names=steps,
    )


def _metadata(plan: PipelinePlan, created_ms: int, start_ms: int, random: Random) -> Document:
    """What every pipeline has, and now and then a description."""
    metadata: Document = {
        "name": plan.name,
        "shortName": plan.short_name,
        "accountId": ACCOUNT_ID,
        "revision": random.randint(1, 40),
        "created_at": iso_ms(created_ms),
        "updated_at": iso_ms(start_ms - random.randrange(HOUR_MS, 90 * DAY_MS)),
        "deprecate": {},
        "isPublic": False,
    }
    if random.random() < 0.5:
        metadata["description"] = f"Runs {plan.short_name} for {plan.project or 'everybody'}"
    return metadata


def _spec(place: int, repo: str, steps: tuple[str, ...], random: Random) -> Document:
    spec: Document = {
        "stages": ["build", "test"],
        "contexts": ["shared-config"] if random.random() < 0.4 else [],
        "terminationPolicy": [{"event": "onCreate", "type": "branch"}] if random.random() < 0.2 else [],
        "externalResources": [],
        "concurrency": random.choice((0, 0, 1, 2)),
        "branchConcurrency": random.choice((0, 0, 1)),
        "triggerConcurrency": 0,
        "runtimeEnvironment": {"name": random.choice(RUNTIMES)},
    }
    if place in _YAML_IN_GIT:
        spec["specTemplate"] = {
            "location": "git",
            "repo": repo,
            "path": "./codefresh.yml",
            "revision": "main",
            "context": "github",
        }
        if place % 2:
            spec["steps"] = {}
    else:
        spec["steps"] = {name: {"title": name, "type": "freestyle", "stage": "build"} for name in steps}
    if random.random() < 0.5:
        spec["mode"] = random.choice(("parallel", "sequential"))
    if random.random() < 0.3:
        spec["fail_fast"] = random.random() < 0.5
    return spec


def _yaml(steps: tuple[str, ...]) -> str:
    rows = "".join(f"  {name}:\n    type: freestyle\n    stage: build\n" for name in steps)
    return f'version: "1.0"\nstages: [build, test]\nsteps:\n{rows}'
