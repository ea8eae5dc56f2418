"""The API keys of the simulated account and what each may do."""

from dataclasses import dataclass, field
from enum import StrEnum

ALL_SCOPES = (
    "agent",
    "agents",
    "audit",
    "build",
    "cluster",
    "clusters",
    "environments-v2",
    "github-action",
    "helm",
    "kubernetes",
    "pipeline",
    "project",
    "repos",
    "runner-installation",
    "step-type",
    "step-types",
    "view",
    "workflow",
)


class Access(StrEnum):
    READ = "read"
    WRITE = "write"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A scope is a resource name, which grants every access to it, or `resource:access`."""

    id: str
    name: str
    token: str = field(repr=False)
    scopes: frozenset[str]
    revoked: bool = False
    restricted: bool = False  # frozen by the vendor after unusual activity

    def allows(self, resource: str, access: Access) -> bool:
        return resource in self.scopes or f"{resource}:{access}" in self.scopes


def _key(number: int, name: str, word: str, scopes: frozenset[str], **state: bool) -> ApiKey:
    key_id = f"5f0c3b7e8a1d2e0011aa22{number:02x}"
    return ApiKey(key_id, name, f"{key_id}.{word * 8}", scopes, **state)


FULL_KEY = _key(1, "gateway", "f011", frozenset(ALL_SCOPES))
# ASSUMED: the suffix `:read` narrows a scope to reading; disproved by the list of accesses the key form offers.
READ_ONLY_KEY = _key(2, "dashboard", "5ead", frozenset(f"{scope}:read" for scope in ALL_SCOPES))
LIMITED_KEY = _key(3, "build-badge", "b11d", frozenset({"build", "view"}))
RESTRICTED_KEY = _key(4, "forgotten-laptop", "f20e", frozenset(ALL_SCOPES), restricted=True)
REVOKED_KEY = _key(5, "left-in-march", "dead", frozenset(ALL_SCOPES), revoked=True)

KEYS = (FULL_KEY, READ_ONLY_KEY, LIMITED_KEY, RESTRICTED_KEY, REVOKED_KEY)
