"""Projects."""

from collections import Counter
from random import Random

from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.data.profiles import AccountPlan
from gateway.providers.codefresh.simulator.data.variables import generate_variables
from gateway.providers.codefresh.simulator.data.words import TAGS
from gateway.providers.codefresh.simulator.documents import Document, Stored
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.pipeline import Project, Projects, mask_variables
from gateway.providers.codefresh.simulator.times import DAY_MS, HOUR_MS, MINUTE_MS, iso_ms


def generate_projects(plan: AccountPlan, start_ms: int, random: Random) -> Projects:
    ids = ObjectIds(random)
    sizes = Counter(pipeline.project for pipeline in plan.pipelines)
    return Projects(
        _project(name, number, sizes[name], start_ms, ids=ids, random=random) for number, name in enumerate(plan.projects)
    )


def _project(name: str, number: int, size: int, start_ms: int, *, ids: ObjectIds, random: Random) -> Project:
    created_ms = start_ms - 800 * DAY_MS + number * 3 * DAY_MS + random.randrange(DAY_MS)
    project_id = ids.mint(created_ms)
    tags = tuple(random.sample(TAGS, random.randrange(3)))
    document: Document = {
        "id": project_id,
        "projectName": name,
        "accountId": ACCOUNT_ID,
        "tags": list(tags),
        "favorite": number == 0,
        "pipelinesNumber": size,
        "variables": generate_variables(random, name),
        "updatedAt": iso_ms(start_ms - random.randrange(HOUR_MS, 40 * DAY_MS) - random.randrange(MINUTE_MS)),
    }
    # Rows of a list may lack variables: here every second one does.
    row = {key: value for key, value in document.items() if key != "variables"} if number % 2 else document
    return Project(project_id, name, tags, Stored(document, mask_variables), Stored(row, mask_variables))
