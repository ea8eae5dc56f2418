"""How large an operation is once its fragments are expanded, measured only as far as the limits go.

Validation and execution cost far more than the text suggests: a fragment used twenty times is executed twenty times,
and validation compares every two fields that share a response name. So this runs before them, in time proportional to
`max_tokens` at most.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, OperationDefinitionNode, SelectionSetNode

from gateway.settings import GraphQLSettings

# Pairs of selections of one operation that are merged into the same place of the answer. Fragments that all ask for
# `id` and `name` make hundreds; 10,000 cost validation up to 0.25 s.
MAX_MERGES = 10_000


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that is exceeded: its key in `[graphql]` or None for a fixed one, and what the client is told."""

    limit: str | None
    message: str


@dataclass(slots=True)
class _Place:
    """One place of the answer: how many selections of the document meet there, and the places below it."""

    selections: int = 0
    below: dict[str, "_Place"] = field(default_factory=dict)


def excess(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode], limits: GraphQLSettings
) -> Excess | None:
    """The first limit this operation exceeds, if any. Fragments that contain themselves are left to validation."""
    fields = aliases = roots = merges = 0
    pending: list[tuple[SelectionSetNode, int, dict[str, _Place], frozenset[str]]] = [(operation.selection_set, 1, {}, frozenset())]
    while pending:
        selection_set, depth, places, inside = pending.pop()
        if depth > limits.max_depth:
            return too_deep(limits)
        for selection in selection_set.selections:
            fields += 1
            if isinstance(selection, FieldNode):
                aliases += selection.alias is not None
                roots += depth == 1
                place = places.setdefault((selection.alias or selection.name).value, _Place())
                merges += place.selections
                place.selections += 1
                if selection.selection_set:
                    pending.append((selection.selection_set, depth + 1, place.below, inside))
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in fragments and name not in inside:
                    pending.append((fragments[name].selection_set, depth, places, inside | {name}))
            else:
                pending.append((selection.selection_set, depth, places, inside))  # type: ignore[attr-defined]
            if fields > limits.max_tokens:
                return Excess("max_tokens", f"The operation selects more than {limits.max_tokens} fields.")
            if aliases > limits.max_aliases:
                return Excess("max_aliases", f"The operation has more than {limits.max_aliases} aliases.")
            if roots > limits.max_root_fields:
                return Excess("max_root_fields", f"The operation has more than {limits.max_root_fields} root fields.")
            if merges > MAX_MERGES:
                return Excess(None, "The operation selects the same fields too many times.")
    return None


def too_deep(limits: GraphQLSettings) -> Excess:
    return Excess("max_depth", f"The operation nests fields more than {limits.max_depth} levels deep.")


def too_long(limits: GraphQLSettings) -> Excess:
    return Excess("max_tokens", f"The document has more than {limits.max_tokens} tokens.")
