"""What a build says of its pipeline, its commit and its cause: many keys, few of them always there."""

from random import Random

from gateway.providers.codefresh.simulator.data.lifecycles import Phases
from gateway.providers.codefresh.simulator.data.words import BRANCHES, MESSAGES, PEOPLE
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.pipeline import Pipeline


class BuildFacts:
    """Remembers the last commit of each pipeline, so that some commits are built more than once."""

    def __init__(self, ids: ObjectIds, random: Random) -> None:
        self._ids = ids
        self._random = random
        self._last_commit: dict[str, Document] = {}

    def of(self, pipeline: Pipeline | None, phases: Phases, *, deleted_id: str | None = None, plain: bool) -> Document:
        """`plain`: a git build with every usual key. Without a pipeline: bare YAML, or the id of a deleted one."""
        facts = self._owner(pipeline, deleted_id, plain=plain)
        facts |= self._cause(pipeline, plain=plain)
        if self._has_progress(phases, plain=plain):
            facts["progress"] = self._ids.mint(phases[0].at_ms + 1_000)
        return facts

    def _owner(self, pipeline: Pipeline | None, deleted_id: str | None, *, plain: bool) -> Document:
        if pipeline is None:
            # ASSUMED: bare YAML still has a pipeline name, deleted pipelines leave their id behind;
            # disproved by recorded builds of either kind.
            if deleted_id is None:
                return {"pipelineName": "bare-yaml"}
            return {"pipelineName": "shop/removed", "project": "shop", "serviceId": deleted_id}
        facts: Document = {"pipelineName": pipeline.name, "serviceId": pipeline.id}
        if pipeline.project is not None and (plain or self._random.random() < 0.97):
            facts["project"] = pipeline.project
        return facts

    def _cause(self, pipeline: Pipeline | None, *, plain: bool) -> Document:
        random = self._random
        person = random.choice(PEOPLE)
        git = pipeline.git_triggers if pipeline is not None else ()
        cron = pipeline.cron_triggers if pipeline is not None else ()
        by_hand: Document = {"trigger": "build", "triggeredBy": _as_object(person)}
        if random.random() < 0.5:
            by_hand["webhookTriggered"] = False
        if pipeline is None or not (git or cron):
            return by_hand
        # ASSUMED: a cron build names its trigger and nobody as its cause; disproved by a recorded one.
        if cron and (not git or random.random() < 0.3):
            return {
                "trigger": "build",
                "pipelineTriggerId": cron[0]["id"],
                "pipelineTriggerName": cron[0]["name"],
            }
        dice = 1.0 if plain else random.random()
        if dice < 0.12:
            return by_hand
        trigger = random.choice(git)
        facts: Document = {
            "trigger": "build",
            "triggeredBy": person,
            "pipelineTriggerId": trigger["id"],
            "pipelineTriggerName": trigger["name"],
            "webhookTriggered": True,
            **self._commit(pipeline, str(trigger["repo"])),
        }
        if dice < 0.22:
            facts |= {"triggeredBy": _as_object(person), "webhookTriggered": False}
        elif dice < 0.24:
            facts["trigger"] = random.choice(("launch-image", "launch-composition"))
        return facts

    def _commit(self, pipeline: Pipeline, repo: str) -> Document:
        random = self._random
        last = self._last_commit.get(pipeline.id)
        if last is not None and random.random() < 0.1:
            return last
        owner, _, name = repo.partition("/")
        revision = f"{random.getrandbits(160):040x}"
        commit: Document = {
            "repoOwner": owner,
            "repoName": name,
            "branchName": random.choice(BRANCHES),
            "revision": revision,
            "commitMessage": random.choice(MESSAGES),
            "commitURL": f"https://github.com/{repo}/commit/{revision}",
        }
        self._last_commit[pipeline.id] = commit
        return commit

    def _has_progress(self, phases: Phases, *, plain: bool) -> bool:
        """A build that ended without having begun never got one."""
        began = any(phase.status == "running" for phase in phases)
        return began or plain


def _as_object(person: str) -> Document:
    # ASSUMED: the object form of triggeredBy; disproved by a recorded build that has one.
    return {"userName": person, "type": "user"}
