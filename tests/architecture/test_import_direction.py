"""Who may import whom. Arrows only point down."""

import sys

import pytest

from tests.architecture.imports import imports_of, modules

HTTP = "gateway.http gateway.context gateway.destinations.intake gateway.settings gateway.domain starlette strawberry graphql structlog msgspec"
SETTINGS = """
    gateway.settings_layers gateway.settings_problems gateway.destinations.webhook.signature gateway.providers gateway.store.address
    pydantic pydantic_core pydantic_settings
"""
CLI = """
    gateway.app gateway.settings gateway.settings_layers gateway.settings_problems gateway.cli gateway.http gateway.providers
    gateway.simulation gateway.upstream schema typer rich click structlog uvicorn uvloop httpx msgspec starlette
"""
# The longest matching name decides; a name also covers its siblings that begin with it and an underscore.
ALLOWED = {
    name: set(below.split())
    for name, below in {
        "gateway.app": "gateway schema starlette",
        "gateway.cli": CLI,
        "gateway.__main__": "gateway.cli",
        "gateway.http": HTTP,
        "gateway.settings": SETTINGS,
        "gateway.context": "gateway.loaders gateway.operations gateway.domain",
        "gateway.operations": "gateway.operations gateway.loaders gateway.domain msgspec",
        "gateway.destinations": "gateway.destinations gateway.operations gateway.loaders gateway.domain msgspec",
        "gateway.destinations.webhook": "gateway.destinations.webhook gateway.domain httpx httpcore anyio msgspec",
        "gateway.destinations.transforms": "gateway.destinations.transforms gateway.domain msgspec",
        "gateway.destinations.intake": "gateway.destinations.intake gateway.destinations.exclusion gateway.domain msgspec",
        "gateway.loaders": "gateway.loaders gateway.domain strawberry",
        "gateway.listing": "gateway.listing gateway.domain",
        "gateway.upstream": "gateway.upstream gateway.domain httpx httpx_aiohttp aiohttp yarl multidict msgspec",
        "gateway.domain": "gateway.domain msgspec",
        "gateway.domain.yaml_text": "yaml",
        "gateway.store": "gateway.store gateway.domain sqlalchemy alembic msgspec",
        "gateway.simulation": "gateway.simulation starlette uvicorn uvloop msgspec",
        "gateway.providers": "gateway.providers gateway.domain",
        "gateway.providers.account": "pydantic pydantic_core",
        "schema": "schema gateway.context gateway.domain gateway.listing gateway.loaders strawberry graphql msgspec",
    }.items()
}
PROVIDER = {"gateway.domain", "gateway.upstream", "gateway.providers.account", "httpx", "msgspec", "pydantic"}
SIMULATOR = {"gateway.simulation", "starlette", "msgspec"}


def allowed(module: str) -> set[str]:
    parts = module.split(".")
    if parts[:2] == ["gateway", "providers"] and len(parts) > 2 and parts[2] != "account":
        own = ".".join(parts[:3])
        if len(parts) > 3 and parts[3] == "simulator":
            return SIMULATOR | {f"{own}.simulator"}
        return PROVIDER | {own}
    return ALLOWED[max((name for name in ALLOWED if module == name or module.startswith((f"{name}.", f"{name}_"))), key=len)]


def covers(rule: str, name: str) -> bool:
    return name == rule or name.startswith(f"{rule}.")


@pytest.mark.parametrize("module", list(modules()))
def test_module_imports_only_what_lies_below_it(module):
    names = {name for name in imports_of(module, modules()[module]) if name.split(".")[0] not in sys.stdlib_module_names}

    wrong = {name for name in names if not any(covers(rule, name) for rule in allowed(module))}

    assert not wrong, f"{module} imports {sorted(wrong)}"


def test_a_provider_importing_the_schema_would_be_seen():
    assert not any(covers(rule, "schema.types.build") for rule in allowed("gateway.providers.buildkite.adapter"))
    assert not any(covers(rule, "gateway.providers.codefresh.wire") for rule in allowed("gateway.providers.buildkite.adapter"))


def test_simulators_are_used_only_by_the_command_line():
    users = {
        module
        for module, path in modules().items()
        if any(".simulator" in name for name in imports_of(module, path)) and ".simulator" not in module
    }

    assert all(user.startswith("gateway.cli") for user in users), users


def test_the_package_named_schema_is_ours():
    import schema

    assert schema.__file__.startswith(str(modules()["schema"].parent))
