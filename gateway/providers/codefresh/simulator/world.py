"""Everything the simulated account holds."""

from dataclasses import dataclass
from random import Random

from gateway.providers.codefresh.simulator.build_store import BuildStore
from gateway.providers.codefresh.simulator.data.account import Inventory, generate_inventory
from gateway.providers.codefresh.simulator.data.annotations import generate_annotations
from gateway.providers.codefresh.simulator.data.builds import generate_builds
from gateway.providers.codefresh.simulator.data.contexts import generate_contexts
from gateway.providers.codefresh.simulator.data.hermes import Hermes, generate_hermes
from gateway.providers.codefresh.simulator.data.images import generate_images
from gateway.providers.codefresh.simulator.data.pipelines import generate_pipelines
from gateway.providers.codefresh.simulator.data.profiles import plan_account
from gateway.providers.codefresh.simulator.data.projects import generate_projects
from gateway.providers.codefresh.simulator.documents import Document, Stored
from gateway.providers.codefresh.simulator.pipeline import Pipelines, Projects


@dataclass(slots=True)
class World:
    """Lists are in the order the API lists them in, except builds."""

    # ASSUMED: pipelines and projects are listed oldest first; disproved by the order of a real list.
    projects: Projects
    pipelines: Pipelines
    builds: BuildStore
    contexts: dict[str, Stored]
    hermes: Hermes
    images: list[Stored]
    annotations: list[Document]
    inventory: Inventory


def generate_world(profile: str, seed: int, start_ms: int) -> World:
    """A function of its arguments alone. Each part has its own random numbers, so that parts can change alone."""

    def random(part: str) -> Random:
        return Random(f"{seed}:{part}")

    plan = plan_account(profile, seed)
    projects = generate_projects(plan, start_ms, random("projects"))
    pipelines = generate_pipelines(plan, projects, start_ms, random("pipelines"))
    builds = generate_builds(plan, pipelines, start_ms, random("builds"))
    images = generate_images(start_ms, random("images"))
    return World(
        projects=projects,
        pipelines=pipelines,
        builds=BuildStore(builds),
        contexts=generate_contexts(random("contexts")),
        hermes=generate_hermes(pipelines, random("hermes")),
        images=[Stored(image) for image in images],
        annotations=generate_annotations(projects, pipelines, builds, images, random("annotations")),
        inventory=generate_inventory(start_ms, random("inventory")),
    )
