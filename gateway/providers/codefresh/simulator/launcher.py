"""Makes the builds that callers ask for."""

from random import Random

from gateway.providers.codefresh.simulator.build import Build, BuildKey
from gateway.providers.codefresh.simulator.build_store import BuildStore
from gateway.providers.codefresh.simulator.data.lifecycles import Phases, approved, launched
from gateway.providers.codefresh.simulator.data.words import BRANCHES, MESSAGES, PEOPLE
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.pipeline import Pipeline
from gateway.providers.codefresh.simulator.settings import SimulatorSettings

_BARE_NAME = "bare-yaml"
_OF_GIT = ("pipelineTriggerId", "pipelineTriggerName", "repoOwner", "repoName", "branchName")
_COMMIT = ("revision", "commitMessage", "commitURL")
# What a build is and where it came from, without how it was caused.
_KEPT = ("pipelineName", "serviceId", "project", "trigger", *_OF_GIT, *_COMMIT)


class Launcher:
    """Every build it makes has a progress from the start and goes on as the clock does."""

    def __init__(self, builds: BuildStore, settings: SimulatorSettings, random: Random) -> None:
        self._builds = builds
        self._settings = settings
        self._random = random
        self._ids = ObjectIds(random)

    def launch(self, facts: Document, request: Document, step_names: tuple[str, ...], now_ms: int, *, asks_approval: bool) -> Build:
        """`request` is what the caller sent, which nothing in the build's own document shows."""

        def make(key: BuildKey) -> Build:
            outcome = self._settings.build_outcome
            return Build(
                id=self._ids.mint(key.created_ms),
                key=key,
                phases=launched(key.created_ms, self._random, outcome=outcome, asks_approval=asks_approval),
                facts=facts | {"progress": self._ids.mint(key.created_ms + 1_000)},
                step_names=step_names,
                request=request,
            )

        return self._builds.add(now_ms, make)

    def rebuild(self, old: Build, now_ms: int, *, asks_approval: bool) -> Build:
        facts = {name: old.facts[name] for name in _KEPT if name in old.facts} | _by_hand()
        return self.launch(facts, old.request or {}, old.step_names, now_ms, asks_approval=asks_approval)

    def approve(self, build: Build, now_ms: int) -> Phases:
        """The phases of a build that goes on after an approval."""
        return approved(build.phases, now_ms, self._random, outcome=self._settings.build_outcome)

    def facts(self, pipeline: Pipeline | None, trigger: Document | None, branch: str | None, sha: str | None) -> Document:
        """Repository, branch and commit come with a git trigger or not at all."""
        # ASSUMED: without a trigger branch and sha are taken and forgotten; disproved by such a build that shows them.
        facts: Document = {"pipelineName": _BARE_NAME if pipeline is None else pipeline.name, "trigger": "build"}
        if pipeline is not None:
            facts["serviceId"] = pipeline.id
            if pipeline.project is not None:
                facts["project"] = pipeline.project
        facts |= _by_hand()
        if trigger is None:
            return facts
        repo = str(trigger["repo"])
        owner, _, name = repo.partition("/")
        revision = sha or f"{self._random.getrandbits(160):040x}"
        git = (trigger["id"], trigger["name"], owner, name, branch or BRANCHES[0])
        commit = (revision, self._random.choice(MESSAGES), f"https://github.com/{repo}/commit/{revision}")
        return facts | dict(zip(_OF_GIT, git, strict=True)) | dict(zip(_COMMIT, commit, strict=True))


def _by_hand() -> Document:
    """The cause of a build that the key's user asked for."""
    return {"triggeredBy": {"userName": PEOPLE[0], "type": "user"}, "webhookTriggered": False}
