"""The account, its user, and the lists that hang directly under it."""

from dataclasses import dataclass
from random import Random

from gateway.providers.codefresh.simulator.data.words import PEOPLE
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.keys import KEYS
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.times import DAY_MS, HOUR_MS, iso_ms

ACCOUNT_ID = "5f0c3b7e8a1d2e0011aa22bb"
ACCOUNT_NAME = "acme"
USER_ID = "5f0c3b7e8a1d2e0011aa22cc"
RUNTIMES = ("system/default/hybrid/k8s_large", "prod-cluster/codefresh", "eu-cluster/codefresh")


@dataclass(frozen=True, slots=True)
class Inventory:
    user: Document
    runtime_environments: list[Document]
    clusters: list[Document]
    teams: list[Document]
    api_keys: list[Document]
    environments: list[Document]
    step_types: list[Document]


def generate_inventory(start_ms: int, random: Random) -> Inventory:
    ids = ObjectIds(random)
    long_ago_ms = start_ms - 900 * DAY_MS
    return Inventory(
        user=_user(),
        runtime_environments=[_runtime(name, long_ago_ms) for name in RUNTIMES],
        clusters=[
            {"_id": ids.mint(long_ago_ms), "selector": "prod-cluster", "provider": "amazon"},
            {"_id": ids.mint(long_ago_ms), "selector": "eu-cluster", "provider": "google"},
        ],
        teams=_teams(ids, long_ago_ms),
        api_keys=[_api_key(number, long_ago_ms) for number in range(len(KEYS))],
        environments=[_environment(name, ids, start_ms) for name in ("shop-preview", "payments-staging")],
        step_types=[_step_type(number, start_ms) for number in range(30)],
    )


def _user() -> Document:
    # ASSUMED: only the names that first-party clients read; disproved by a recorded answer of GET /user.
    return {
        "_id": USER_ID,
        "userName": PEOPLE[0],
        "email": f"{PEOPLE[0]}@acme.example",
        "activeAccountName": ACCOUNT_NAME,
        "account": [
            {"_id": ACCOUNT_ID, "name": ACCOUNT_NAME, "runtimeEnvironment": RUNTIMES[0]},
            {"_id": "5f0c3b7e8a1d2e0011aa22bd", "name": "jo-private", "runtimeEnvironment": RUNTIMES[0]},
        ],
    }


def _runtime(name: str, created_ms: int) -> Document:
    document: Document = {
        "version": 3,
        "metadata": {
            "agent": not name.startswith("system/"),
            "name": name,
            "changedBy": PEOPLE[1],
            "creationTime": iso_ms(created_ms),
        },
        "extends": ["system/default/hybrid/k8s_low_limits"],
        "accountId": ACCOUNT_ID,
        "runtimeScheduler": {"cluster": {"namespace": "codefresh"}, "userAccess": True},
        "dockerDaemonScheduler": {},
        "status": {"message": "", "updated_at": iso_ms(created_ms + DAY_MS)},
        "isPublic": False,
        "default": name == RUNTIMES[0],
    }
    if not name.startswith("system/"):
        document["description"] = f"Runner in {name.partition('/')[0]}"
    return document


def _teams(ids: ObjectIds, created_ms: int) -> list[Document]:
    return [
        {
            "_id": ids.mint(created_ms),
            "name": name,
            "type": "default",
            "account": ACCOUNT_ID,
            "tags": [name],
            "users": [{"_id": ids.mint(created_ms), "userName": person} for person in members],
        }
        for name, members in (("developers", PEOPLE), ("release-managers", PEOPLE[:2]), ("auditors", ()))
    ]


def _api_key(number: int, created_ms: int) -> Document:
    key = KEYS[number]
    return {
        "_id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "tokenPrefix": key.token[:6],
        "created": iso_ms(created_ms + number * DAY_MS),
        "subject": {"type": "user", "ref": USER_ID},
    }


def _environment(name: str, ids: ObjectIds, start_ms: int) -> Document:
    created_ms = start_ms - 30 * DAY_MS
    return {
        "_id": ids.mint(created_ms),
        "name": name,
        "creationStatus": "running",
        "instances": [
            {
                "serviceName": "web",
                "image": "acme/shop:main",
                "sha": "0f3d5b7a",
                "branch": "main",
                "repoName": "shop",
                "urls": [f"https://{name}.acme.example"],
            }
        ],
    }


def _step_type(number: int, start_ms: int) -> Document:
    return {
        "version": "1.0",
        "kind": "step-type",
        "metadata": {
            "name": f"acme/step-{number:02d}",
            "version": f"1.{number}.0",
            "isPublic": number % 2 == 0,
            "official": False,
            "categories": ["build" if number % 3 else "deploy"],
            "stage": "stable",
            "created_at": iso_ms(start_ms - 200 * DAY_MS + number * HOUR_MS),
            "updated_at": iso_ms(start_ms - 20 * DAY_MS + number * HOUR_MS),
        },
        "spec": {},
    }
