"""Tables of the documents that are made from the code. `python -m tests.docs.tables` writes them into their pages."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from unittest.mock import patch

import msgspec
from strawberry.utils.str_converters import to_camel_case

from gateway.app import assemble
from gateway.cli.demo_environment import DEMO_CONFIG, demo_environment
from gateway.cli.simulators import Address, definitions
from gateway.domain import errors
from gateway.domain.commands import (
    COMMANDS,
    agents,
    annotations,
    artifacts,
    data_connections,
    integration_contexts,
    pipelines,
    places,
    projects,
    promotions,
    reports,
    runs,
    schedules,
    triggers,
)
from gateway.domain.commands.naming import camel_case, input_name
from gateway.domain.provider import Capability, Provider
from gateway.settings import load_settings
from tests.docs.markdown import CAPABILITIES, README, replaced

DOCUMENT_CODES = {
    "GRAPHQL_PARSE_FAILED": "The document is not GraphQL.",
    "GRAPHQL_VALIDATION_FAILED": "The document does not fit the schema, or exceeds a limit, which `limit` then names.",
}
"""Of documents that never reached a resolver: `schema/errors.py` and `gateway/http/limits.py` give them."""

THEMES = {
    "Places": ("workspaces", "projects", "environments"),
    "Pipelines": (
        "pipelines",
        "pipeline by slug",
        "pipeline by externalId",
        "Pipeline.triggers",
        "Pipeline.paused",
        "Pipeline.schedule",
        "Pipeline.runConfiguration",
        "schedules",
        "Schedule.nextRuns",
    ),
    "Runs": (
        "runs",
        "builds",
        "build by number",
        "build by externalId",
        "Pipeline.builds",
        "executions",
        "execution by externalId",
        "Pipeline.executions",
    ),
    "Inside a run": (
        "Build.jobs",
        "Job.log",
        "Build.annotations",
        "Build.artifacts",
        "Execution.attempts",
        "Execution.steps",
        "ExecutionStep.errorHandler",
        "Execution.children",
    ),
    "What is deployed": (
        "artifacts",
        "Artifact.version",
        "dataConnections",
        "promotions",
        "Promotion.users",
        "Promotion.analysis",
    ),
}
"""The rows of the table, under headings; what is named nowhere here comes under the last one."""
REST = "Around builds"
WORDS = {"nuvo": "nuvo", "dx": "DX, own CI"}
"""What people call a vendor, where that is not its kind with a capital."""


MUTATION_THEMES = {
    "Runs": runs,
    "Reported runs": reports,
    "Pipelines": pipelines,
    "When they start": schedules,
    "What starts them": triggers,
    "Projects": projects,
    "Environments and workspaces": places,
    "Shared configuration": integration_contexts,
    "Deployables": artifacts,
    "Data connections": data_connections,
    "Promotions": promotions,
    "Notes": annotations,
    "Agents and queues": agents,
}
"""Heading -> the module of commands below it."""


def capability_table() -> str:
    """A row for each thing that any vendor's `capabilities.py` names, a column for each vendor. Mutations have their own."""
    told = _capabilities()
    mutations = {command.mutation for command in COMMANDS}
    named = dict.fromkeys(name for capabilities in told.values() for name in capabilities if name not in mutations)
    themed = {name for names in THEMES.values() for name in names}
    themes = {**THEMES, REST: tuple(name for name in named if name not in themed)}
    rows: list[list[str]] = []
    for theme, names in themes.items():
        rows.append([f"**{theme}**", *("" for _ in told)])
        rows += [[f"`{name}`", *("yes" if _has(each, name) else "-" for each in told.values())] for name in names if name in named]
    return _table(["", *(WORDS.get(kind, kind.capitalize()) for kind in told)], rows)


def mutation_table() -> str:
    """A row for each mutation, a column for each vendor, made of the tables of commands."""
    told = _providers()
    rows: list[list[str]] = []
    for theme, module in MUTATION_THEMES.items():
        rows.append([f"**{theme}**", *("" for _ in told)])
        for command in (each for each in COMMANDS if each.__module__ == module.__name__):
            cells = ("yes" if command in provider.commands else "-" for provider in told.values())
            rows.append([f"`{command.mutation}`", *cells])
    return _table(["", *(WORDS.get(kind, kind.capitalize()) for kind in told)], rows)


def field_table(kind: str) -> str:
    """A row for each mutation of this vendor that has optional fields: those it takes, and its own options."""
    rows = []
    for command, handling in _providers()[kind].commands.items():
        described = {field.name: field.type for field in msgspec.structs.fields(command)}
        names = [f"`{camel_case(input_name(name, hint))}`" for name, hint in described.items() if name in handling.takes]
        options = ", ".join(f"`{option}`" for option in sorted(handling.options))
        if names or options:
            rows.append([f"`{command.mutation}`", ", ".join(names) or "-", options or "-"])
    return _table(["Mutation", "Optional fields it takes", "`vendorOptions`"], rows)


def note_table(kind: str) -> str:
    """A row for each thing of which this vendor's `capabilities.py` says more than yes or no."""
    told = _capabilities()[kind].values()
    rows = [[f"`{each.name}`", f"{'' if each.supported else 'No. '}{each.note}"] for each in told if each.note is not None]
    return _table(["", "What to know"], rows)


def template_table() -> str:
    """A row for each template of destinations, in the order in which vendors offer them."""
    rows = []
    for kind, provider in _providers().items():
        for template in provider.templates.values():
            parameters = (f"`{each.name}`{'' if each.required else ' (optional)'}" for each in template.parameters)
            rows.append(
                [
                    WORDS.get(kind, kind.capitalize()),
                    f"`{template.name}`",
                    template.title,
                    ", ".join(parameters) or "-",
                    "yes" if template.takes_record else "-",
                    "yes" if template.destroys else "-",
                ]
            )
    return _table(["For", "Template", "Title", "Parameters", "Takes the record", "Destructive"], rows)


def code_table() -> str:
    """A row for each error that has a code."""
    rows = [[f"`{leaf.code}`", _meaning(leaf), "yes" if leaf.retryable else "no"] for leaf in _leaves()]
    rows += [[f"`{code}`", meaning, "no"] for code, meaning in DOCUMENT_CODES.items()]
    return _table(["Code", "What it means", "`retryable`"], rows)


def _capabilities() -> Mapping[str, Mapping[str, Capability]]:
    """By kind and name."""
    return {kind: {told.name: told for told in provider.capabilities} for kind, provider in _providers().items()}


@cache
def _providers() -> Mapping[str, Provider]:
    """The accounts of the demonstration, by kind. Making them calls nobody."""
    addresses = [Address(each.kind, f"http://127.0.0.1:{each.default_port}{each.base_path}", "unused") for each in definitions()]
    with patch.dict(os.environ, demo_environment(addresses)):
        providers = assemble(load_settings(DEMO_CONFIG)).providers
    return {each.kind.value: each for each in providers.values()}


def _has(told: Mapping[str, Capability], name: str) -> bool:
    return name in told and told[name].supported


KINDS = tuple(each.kind for each in definitions())
TABLES: Sequence[tuple[Path, str, Callable[[], str]]] = (
    (README, "capabilities", capability_table),
    (README, "mutations", mutation_table),
    (README, "templates", template_table),
    (README, "codes", code_table),
    *((CAPABILITIES, f"{kind}-notes", partial(note_table, kind)) for kind in KINDS),
    *((CAPABILITIES, f"{kind}-fields", partial(field_table, kind)) for kind in KINDS),
)
"""(page, name of the place in it, what belongs there)."""


def _leaves() -> list[type[errors.GatewayError]]:
    """The classes of the tree that have a code, in the order of the file."""
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.GatewayError)]
    return [each for each in classes if "code" in vars(each)]


def _meaning(leaf: type[errors.GatewayError]) -> str:
    return _for_clients(" ".join((leaf.__doc__ or "").split()))


def _for_clients(text: str) -> str:
    """Python's names as clients know them."""
    names = {leaf.__name__: leaf.code for leaf in _leaves()} | {"retry_after_s": "retryAfterSeconds"}
    return re.sub(r"`(\w+)`", lambda match: f"`{names.get(match[1]) or to_camel_case(match[1])}`", text)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [list(header), *map(list, rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])


def main() -> None:
    for page, name, table in TABLES:
        page.write_text(replaced(page.read_text(encoding="utf-8"), name, table()), encoding="utf-8")


if __name__ == "__main__":
    main()
