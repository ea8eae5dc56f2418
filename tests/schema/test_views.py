"""Each GraphQL type shows a domain value: what it reads must be there, and not None where the schema promises a value."""

import importlib
import inspect
import pkgutil
import types
import typing

import pytest
import strawberry

import gateway.domain
import schema  # noqa: F401 fills VIEWS
from schema.types.view import VIEWS

DOMAIN = {
    name: value
    for module in pkgutil.walk_packages(gateway.domain.__path__, "gateway.domain.")
    for name, value in vars(importlib.import_module(module.name)).items()
}
"""For the provider's annotations, which name ports that its module imports for type checking only."""


def plain_fields():
    for source, view in VIEWS.items():
        for field in view.__strawberry_definition__.fields:
            if field.base_resolver is None:
                yield pytest.param(source, view, field, id=f"{view.__name__}.{field.python_name}")


def optional(hint):
    origin = typing.get_origin(hint)
    return origin in (typing.Union, types.UnionType) and type(None) in typing.get_args(hint)


@pytest.mark.parametrize(("source", "view", "field"), list(plain_fields()))
def test_the_attribute_exists_and_keeps_the_schemas_promise(source, view, field):
    hints = typing.get_type_hints(source, localns=DOMAIN)
    attribute = getattr(source, field.python_name, None)
    if isinstance(attribute, property):
        hint = typing.get_type_hints(attribute.fget)["return"]
    else:
        assert field.python_name in hints, f"{source.__name__} has no {field.python_name}"
        hint = hints[field.python_name]
    promised = not isinstance(field.type, strawberry.types.base.StrawberryOptional)

    assert not (promised and optional(hint)), f"{view.__name__}.{field.python_name} is non-null, its source may be None"


def test_views_are_named_like_their_values():
    exceptions = {"EdgeValue", "PageInfoValue", "Page", "Problem", "RecordPipelineRunPayloadValue"}

    assert not [(s, v) for s, v in VIEWS.items() if s.__name__ != v.__name__ and s.__name__ not in exceptions]


def resolved_fields():
    for view in VIEWS.values():
        for field in view.__strawberry_definition__.fields:
            if field.base_resolver is not None:
                yield pytest.param(field.base_resolver.wrapped_func, id=f"{view.__name__}.{field.python_name}")


@pytest.mark.parametrize("resolver", list(resolved_fields()))
def test_a_child_field_that_costs_calls_is_one_batch_function_over_all_parents(resolver):
    """Anything else is computed from what the parent holds, without waiting."""
    assert hasattr(resolver, "batch_function") or not inspect.iscoroutinefunction(resolver)
