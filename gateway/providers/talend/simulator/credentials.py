"""Who may ask: personal access tokens and service accounts, with what they may do. All invented."""

from dataclasses import dataclass, field
from typing import Literal

UserType = Literal["HUMAN", "SERVICE"]

ENGINE_USE = "TMC_ENGINE_USE"
OPERATOR = "TMC_OPERATOR"
ENVIRONMENT_MANAGEMENT = "TMC_ENVIRONMENT_MANAGEMENT"
CLUSTER_MANAGEMENT = "TMC_CLUSTER_MANAGEMENT"
# ASSUMED: the operator may make every change but those to environments and workspaces, as sources name a permission for
# few of them; disproved by a 403 for an operator.
MAY_OPERATE = frozenset({OPERATOR})
MAY_MANAGE = frozenset({ENVIRONMENT_MANAGEMENT})
ALL_PERMISSIONS = frozenset({ENGINE_USE, OPERATOR, ENVIRONMENT_MANAGEMENT, CLUSTER_MANAGEMENT})


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated party. `environments` are names; None sees all of them."""

    id: str  # login name, or service account id
    type: UserType
    permissions: frozenset[str]
    personal: bool  # came with a personal access token
    environments: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PersonalToken:
    value: str = field(repr=False)
    caller: Caller
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """`may_ask_tokens` False: the token endpoint answers 403."""

    client_id: str
    secret: str = field(repr=False)
    caller: Caller
    may_ask_tokens: bool = True


def _person(login: str, permissions: frozenset[str], environments: tuple[str, ...] | None = None) -> Caller:
    return Caller(login, "HUMAN", permissions, personal=True, environments=environments)


def _service(account_id: str, permissions: frozenset[str]) -> Caller:
    return Caller(account_id, "SERVICE", permissions, personal=False)


FULL_TOKEN = PersonalToken("talend-simulated-pat-full", _person("mreyes", ALL_PERMISSIONS))
READ_ONLY_TOKEN = PersonalToken("talend-simulated-pat-reader", _person("jlindgren", frozenset()))
ONE_ENVIRONMENT_TOKEN = PersonalToken(
    "talend-simulated-pat-development", _person("tokafor", frozenset({ENGINE_USE, OPERATOR}), ("Development",))
)
REVOKED_TOKEN = PersonalToken("talend-simulated-pat-revoked", _person("fupton", ALL_PERMISSIONS), revoked=True)
PERSONAL_TOKENS = (FULL_TOKEN, READ_ONLY_TOKEN, ONE_ENVIRONMENT_TOKEN, REVOKED_TOKEN)

RUNNER_ACCOUNT = ServiceAccount(
    "hK3vT9qLm2XbR7wZc8NpYd5FsJ1gEa6U",
    "talend-simulated-secret-runner",
    _service("hK3vT9qLm2XbR7wZc8NpYd5FsJ1gEa6U", ALL_PERMISSIONS),
)
UNTRUSTED_ACCOUNT = ServiceAccount(
    "bQ4nW8rTx6MkP2vZj9LsHc7DfG3yUe5A",
    "talend-simulated-secret-untrusted",
    _service("bQ4nW8rTx6MkP2vZj9LsHc7DfG3yUe5A", frozenset()),
    may_ask_tokens=False,
)
SERVICE_ACCOUNTS = (RUNNER_ACCOUNT, UNTRUSTED_ACCOUNT)
