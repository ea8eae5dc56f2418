"""The committed SDL is what the code builds, and everything in it is described."""

from pathlib import Path

from graphql import is_enum_type, is_input_object_type, is_interface_type, is_object_type, is_specified_scalar_type

from schema import build_schema, schema_sdl

SNAPSHOT = Path(__file__).parents[2] / "schema" / "schema.graphql"
CORE = build_schema()._schema


def arguments(field):
    return getattr(field, "args", {}).items()


def own_types():
    return [type_ for name, type_ in CORE.type_map.items() if not name.startswith("__") and not is_specified_scalar_type(type_)]


def test_the_committed_sdl_is_current():
    assert SNAPSHOT.read_text() == schema_sdl(), "run `make sdl` and look at the difference"


def test_everything_is_described():
    silent = []
    for type_ in own_types():
        if not type_.description:
            silent.append(type_.name)
        if is_enum_type(type_):
            silent += [f"{type_.name}.{name}" for name, value in type_.values.items() if not value.description]
        if is_object_type(type_) or is_interface_type(type_) or is_input_object_type(type_):
            for name, field in type_.fields.items():
                silent += [] if field.description else [f"{type_.name}.{name}"]
                silent += [
                    f"{type_.name}.{name}({arg})" for arg, value in getattr(field, "args", {}).items() if not value.description
                ]

    assert not silent


def test_root_connections_and_references_are_nullable_so_that_one_failure_empties_nothing():
    roots = CORE.query_type.fields
    non_null = {name for name, field in roots.items() if str(field.type).endswith("!")}

    assert non_null == {"providers", "nodes"}  # both cost nothing or hold nullable items
