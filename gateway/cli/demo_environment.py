"""The environment that `demo.toml` needs: where the simulators are, what opens them, and a place for the database."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gateway.cli.simulators import Address
from gateway.settings_layers import read_file

DEMO_CONFIG = Path(__file__).parent / "demo.toml"
CI_KEY = "demo-ci-key"
"""What a CI system of the demonstration pushes its runs with. It opens nothing but a ledger on this machine."""
SIGNING_KEY = "demo-webhook-secret"
"""What response webhooks of the demonstration are signed with."""
ADDRESS_KEYS = ("base_url", "forward_base_url")


def demo_environment(addresses: Iterable[Address]) -> dict[str, str]:
    """The simulators' tokens, their addresses where those are not the usual ones, the key that runs are pushed with, and the one
    that webhooks are signed with.
    """
    running = {address.kind: address for address in addresses}
    environment = {_section("destinations")["webhook_secret_env"]: SIGNING_KEY}
    for index, entry in enumerate(_entries()):
        address = running[entry["kind"]]
        for key, value in entry.items():
            if key.endswith("_env"):
                environment[value] = address.token
            elif key in ADDRESS_KEYS and value != address.base_url:
                environment[f"GATEWAY_PROVIDERS__{index}__{key.upper()}"] = address.base_url
        for ingest_key in entry.get("ingest_keys", ()):
            environment[ingest_key["env"]] = CI_KEY
    return environment


def _section(name: str) -> dict[str, Any]:
    section = read_file(DEMO_CONFIG)[name]
    return section if isinstance(section, dict) else {}


def _entries() -> list[dict[str, Any]]:
    providers = read_file(DEMO_CONFIG)["providers"]
    return providers if isinstance(providers, list) else []
