"""The README's tables that are made from the code. `python -m tests.docs.tables` writes them into it."""

import importlib
import re
from collections.abc import Iterable, Sequence

from strawberry.utils.str_converters import to_camel_case

from gateway.domain import errors
from gateway.domain.provider import Capability
from gateway.providers import REGISTRY
from tests.docs.markdown import README, replaced

DOCUMENT_CODES = {
    "GRAPHQL_PARSE_FAILED": "The document is not GraphQL.",
    "GRAPHQL_VALIDATION_FAILED": "The document does not fit the schema, or exceeds a limit, which `limit` then names.",
}
"""Of documents that never reached a resolver: `schema/errors.py` and `gateway/http/limits.py` give them."""


def capability_table() -> str:
    """A row for each thing that any vendor's `capabilities.py` names, in the order in which it is first named."""
    kinds = [registration.kind for registration in REGISTRY]
    told: dict[str, dict[str, Capability]] = {kind.value: {each.name: each for each in _capabilities(kind.value)} for kind in kinds}
    names = dict.fromkeys(name for capabilities in told.values() for name in capabilities)
    rows = [[f"`{name}`", *(_cell(told[kind.value].get(name)) for kind in kinds)] for name in names]
    return _table(["", *(kind.value.capitalize() for kind in kinds)], rows)


def code_table() -> str:
    """A row for each error that has a code."""
    rows = [[f"`{leaf.code}`", _meaning(leaf), "yes" if leaf.retryable else "no"] for leaf in _leaves()]
    rows += [[f"`{code}`", meaning, "no"] for code, meaning in DOCUMENT_CODES.items()]
    return _table(["Code", "What it means", "`retryable`"], rows)


TABLES = {"capabilities": capability_table, "codes": code_table}


def _capabilities(kind: str) -> Sequence[Capability]:
    module = importlib.import_module(f"gateway.providers.{kind}.capabilities")
    capabilities: Sequence[Capability] = module.CAPABILITIES
    return capabilities


def _cell(capability: Capability | None) -> str:
    if capability is None:
        return "-"
    answer = "yes" if capability.supported else "no"
    return f"{answer}. {capability.note}" if capability.note else answer


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
    text = README.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        text = replaced(text, name, table())
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
