"""Annotations on pipelines, projects, builds and images."""

from collections.abc import Sequence
from random import Random

from gateway.providers.codefresh.simulator.build import Build
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.pipeline import Pipelines, Projects

ENTITY_TYPES = ("project", "pipeline", "workflow", "build", "image")

_VALUES: tuple[tuple[str, object], ...] = (
    ("coverage", "83%"),
    ("score", 7),
    ("released", True),
    ("links", {"report": "https://reports.acme.example/1"}),
)


def generate_annotations(
    projects: Projects, pipelines: Pipelines, builds: Sequence[Build], images: Sequence[Document], random: Random
) -> list[Document]:
    ids = ObjectIds(random)
    entities = [("project", project.id, project.name) for project in projects.all[::3]]
    entities += [("pipeline", pipeline.id, pipeline.name) for pipeline in pipelines.all[::4]]
    entities += [("build", build.id, str(build.facts.get("pipelineName"))) for build in builds[::75]]
    entities += [("image", str(image["_id"]), str(image["imageName"])) for image in images[::40]]
    created_ms = builds[0].key.created_ms
    annotations = []
    for kind, entity_id, name in entities:
        key, value = random.choice(_VALUES)
        annotation: Document = {
            "__v": 0,
            "_id": ids.mint(created_ms),
            "accountId": ACCOUNT_ID,
            "entityId": entity_id,
            "entityType": kind,
            "key": key,
            "value": value,
        }
        if random.random() < 0.8:
            annotation["entityName"] = name
        annotations.append(annotation)
    return annotations
