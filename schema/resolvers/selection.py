"""Which fields a query reads below a field, so that ports can ask vendors for less."""

from collections.abc import Iterator

from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionSetNode
from strawberry.utils.str_converters import to_snake_case

from gateway.context import RequestContext

_THROUGH = frozenset({"nodes", "edges", "node"})


def wanted_fields(info: GraphQLResolveInfo[RequestContext]) -> frozenset[str]:
    """Python names of the fields asked for, of the items where the field is a connection. Directives are not evaluated:
    a skipped field may be named, a wanted one is never missing.
    """
    names: set[str] = set()
    for node in info.field_nodes:
        if node.selection_set is not None:
            _collect(node.selection_set, info, names)
    return frozenset(names)


def _collect(selections: SelectionSetNode, info: GraphQLResolveInfo[RequestContext], names: set[str]) -> None:
    for node in _fields(selections, info):
        names.add(to_snake_case(node.name.value))
        if node.selection_set is not None and node.name.value in _THROUGH:
            _collect(node.selection_set, info, names)


def _fields(selections: SelectionSetNode, info: GraphQLResolveInfo[RequestContext]) -> Iterator[FieldNode]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set, info)
        elif isinstance(selection, FragmentSpreadNode):
            yield from _fields(info.fragments[selection.name.value].selection_set, info)
