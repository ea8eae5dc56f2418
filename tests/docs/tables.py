"""Tables of the documents that are made from the code. `python -m tests.docs.tables` writes them into their pages."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from unittest.mock import patch

from strawberry.utils.str_converters import to_camel_case

from gateway.app import assemble
from gateway.cli.demo_environment import DEMO_CONFIG, demo_environment
from gateway.cli.simulators import Address, definitions
from gateway.domain import errors
from gateway.domain.provider import Capability
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


def capability_table() -> str:
    """A row for each thing that any vendor's `capabilities.py` names, a column for each vendor."""
    told = _capabilities()
    named = dict.fromkeys(name for capabilities in told.values() for name in capabilities)
    themed = {name for names in THEMES.values() for name in names}
    themes = {**THEMES, REST: tuple(name for name in named if name not in themed)}
    rows: list[list[str]] = []
    for theme, names in themes.items():
        rows.append([f"**{theme}**", *("" for _ in told)])
        rows += [[f"`{name}`", *("yes" if _has(each, name) else "-" for each in told.values())] for name in names if name in named]
    return _table(["", *(WORDS.get(kind, kind.capitalize()) for kind in told)], rows)


def note_table(kind: str) -> str:
    """A row for each thing of which this vendor's `capabilities.py` says more than yes or no."""
    told = _capabilities()[kind].values()
    rows = [[f"`{each.name}`", f"{'' if each.supported else 'No. '}{each.note}"] for each in told if each.note is not None]
    return _table(["", "What to know"], rows)


def code_table() -> str:
    """A row for each error that has a code."""
    rows = [[f"`{leaf.code}`", _meaning(leaf), "yes" if leaf.retryable else "no"] for leaf in _leaves()]
    rows += [[f"`{code}`", meaning, "no"] for code, meaning in DOCUMENT_CODES.items()]
    return _table(["Code", "What it means", "`retryable`"], rows)


@cache
def _capabilities() -> Mapping[str, Mapping[str, Capability]]:
    """By kind and name, of the accounts of the demonstration. Making their providers calls nobody."""
    addresses = [Address(each.kind, f"http://127.0.0.1:{each.default_port}{each.base_path}", "unused") for each in definitions()]
    with patch.dict(os.environ, demo_environment(addresses)):
        providers = assemble(load_settings(DEMO_CONFIG)).providers
    return {each.kind.value: {told.name: told for told in each.capabilities} for each in providers.values()}


def _has(told: Mapping[str, Capability], name: str) -> bool:
    return name in told and told[name].supported


KINDS = tuple(each.kind for each in definitions())
TABLES: Sequence[tuple[Path, str, Callable[[], str]]] = (
    (README, "capabilities", capability_table),
    (README, "codes", code_table),
    *((CAPABILITIES, f"{kind}-notes", partial(note_table, kind)) for kind in KINDS),
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
