"""Contexts of every type. All their data counts as sensitive here."""

from random import Random

from gateway.providers.codefresh.simulator.canary import masked, secret
from gateway.providers.codefresh.simulator.documents import Document, Stored

# Type -> (name, keys of its data).
_CONTEXTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("config", "shared-config", ("REGION", "LOG_LEVEL")),
    ("config", "eu west/limits", ("CPU", "MEMORY")),
    ("secret", "shop-secrets", ("STRIPE_KEY", "DB_PASSWORD")),
    ("yaml", "feature-flags", ("checkout", "giftCards")),
    ("secret-yaml", "payments-vault", ("ledger", "acquirer")),
    ("git.github", "github", ("password", "apiHost")),
    ("git.github-app", "github-app", ("privateKey",)),
    ("git.codefresh-github-app", "codefresh-app", ("installation",)),
    ("git.gitlab", "gitlab", ("password", "apiHost")),
    ("git.bitbucket", "bitbucket", ("password",)),
    ("git.bitbucket-server", "bitbucket-server", ("password",)),
    ("git.stash", "stash", ("password",)),
    ("helm-repository", "charts", ("repositoryUrl",)),
    ("storage.gc", "build-artifacts-gcs", ("auth",)),
    ("storage.s3", "build-artifacts-s3", ("accessKey", "secretKey")),
    ("storage.azuref", "reports-azure", ("accountKey",)),
    ("secret-store.kubernetes", "cluster-secrets", ("namespace",)),
    ("secret-store.kubernetes-runtime", "runtime-secrets", ("namespace",)),
    ("secret-store.hashicorp-vault", "vault", ("token",)),
)
_PLAIN_TYPES = frozenset({"config", "yaml", "helm-repository"})
CONTEXT_TYPES = frozenset(kind for kind, _, _ in _CONTEXTS)
DEFAULT_GIT = "github"


def generate_contexts(random: Random) -> dict[str, Stored]:
    """By name, in list order."""
    return {name: _context(kind, name, keys, random) for kind, name, keys in _CONTEXTS}


def context_type(document: Document) -> str:
    spec = document["spec"]
    return str(spec["type"]) if isinstance(spec, dict) else ""


def store_context(document: Document) -> Stored:
    return Stored(document, None if context_type(document) in _PLAIN_TYPES else _mask)


def _context(kind: str, name: str, keys: tuple[str, ...], random: Random) -> Stored:
    values = {key: secret(f"context-{name}-{key}-{random.getrandbits(32):08x}") for key in keys}
    data: Document
    if kind.startswith("git."):
        data = {"behindFirewall": False, "sharingPolicy": "AllUsersInAccount", "auth": {"type": "basic", **values}}
    elif kind == "helm-repository":
        data = {key: f"https://charts.acme.example/{value}" for key, value in values.items()}
    else:
        data = {**values}
    # ASSUMED: owner, system and default; disproved by a context without them.
    document: Document = {
        "apiVersion": "v1",
        "kind": "context",
        "owner": "account",
        "metadata": {"name": name, "system": False, "default": name == DEFAULT_GIT},
        "spec": {"type": kind, "data": data},
    }
    return store_context(document)


def _mask(document: Document) -> Document:
    """Every text of the data masked, whatever its depth."""
    spec = document["spec"]
    if not isinstance(spec, dict):
        return document
    return document | {"spec": spec | {"data": _masked_value(spec["data"])}}


def _masked_value(value: object) -> object:
    if isinstance(value, dict):
        return {key: _masked_value(inner) for key, inner in value.items()}
    return masked("context") if isinstance(value, str) else value
