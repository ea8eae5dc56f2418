"""The members of a build that neither move nor matter to order: who wrote what, environment, pull request."""

from random import Random

from gateway.providers.buildkite.simulator.build_parts import BuildContent
from gateway.providers.buildkite.simulator.catalogue import CANARY
from gateway.providers.buildkite.simulator.data import Build
from gateway.providers.buildkite.simulator.identifiers import seeded

_MESSAGES = (
    "Bump version",
    "Fix flaky test\n\nIt waited for the wrong clock.",
    "Merge pull request #1245 from acme/feature",
    'Quote "everything" \\ & <escape> it',
    "Übersetzungen ergänzt 🎉",
    "",
)


def content_of(build: Build, seed: int) -> BuildContent:
    """The same for the same build and seed, always."""
    if build.content is None:
        build.content = _made(build, seeded(seed, "content", build.id))
    return build.content


def _made(build: Build, rng: Random) -> BuildContent:
    return BuildContent(
        message=None if rng.random() < 0.06 else rng.choice(_MESSAGES),
        author=_author(rng),
        env=_env(build, rng),
        meta_data=_meta_data(build, rng),
        pull_request=_pull_request(build, rng),
        merge_queue={"base_branch": "main"} if rng.random() < 0.02 else None,
        tag=f"v1.{rng.randint(0, 40)}.0" if build.branch.startswith("release/") else None,
    )


def _author(rng: Random) -> object:
    match rng.choices(("object", "null", "empty", "short", "text"), (70, 10, 6, 8, 6))[0]:
        case "object":
            return {"username": "samlee", "name": "Sam Lee", "email": "sam@example.com"}
        case "empty":
            return {}
        case "short":
            return {"name": "release bot", "email": "bot@example.com", "date": "2026-01-01T00:00:00.000Z"}
        case "text":
            return "noor@example.com"
        case _:
            return None


def _env(build: Build, rng: Random) -> dict[str, str]:
    draw = rng.random()
    if draw < 0.7:
        return {}
    if draw < 0.9:
        return {"DEPLOY_TARGET": rng.choice(("staging", "production")), "EMPTY": ""}
    return {"RELEASE_KEY": f"{CANARY}build-{build.id}"}


def _meta_data(build: Build, rng: Random) -> dict[str, str]:
    if build.commit == "HEAD":
        return {}
    found = {"buildkite:git:commit": f"commit {build.commit}\nAuthor: Sam Lee <sam@example.com>\n\n    Bump version"}
    if rng.random() < 0.3:
        found["release"] = f"1.4.{rng.randint(0, 9)}"
    if rng.random() < 0.1:
        found["deploy/target env"] = rng.choice(("eu west", "us&east"))
    return found if rng.random() < 0.9 else {}


def _pull_request(build: Build, rng: Random) -> dict[str, object] | None:
    if build.branch in ("main", "develop"):
        return None if rng.random() < 0.9 else {}
    if rng.random() < 0.5:
        return None
    slug = build.pipeline.slug
    found: dict[str, object] = {
        "id": str(rng.randint(1, 4_000)),
        "base": "main",
        "repository": f"git://github.com/{build.pipeline.organization.slug}/{slug}.git",
    }
    if rng.random() < 0.5:
        found["labels"] = ["bug"]
    return found
