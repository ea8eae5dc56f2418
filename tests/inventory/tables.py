"""Every entry, by vendor. An entry stands in one table, once."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.inventory import (
    buildkite,
    codefresh,
    dx,
    nexla,
    nuvo,
    talend_assets,
    talend_features,
    talend_operations,
    talend_parameters,
    talend_plans,
    talend_promotions,
)
from tests.inventory.fates import Fate, Fates, Objects


def joined(*tables: Objects) -> Objects:
    """Objects of several modules; the same one in two of them is a mistake."""
    objects: dict[str, Fates] = {}
    for table in tables:
        if twice := objects.keys() & table.keys():
            raise ValueError(f"{', '.join(sorted(twice))}: in two tables")
        objects |= table
    return objects


class Vendor(NamedTuple):
    """What one vendor's interface consists of: `operations` are calls, `features` are habits that are worth a name."""

    name: str
    operations: Fates
    fields: Objects
    features: Fates


VENDORS = (
    Vendor("Buildkite", buildkite.OPERATIONS, buildkite.FIELDS, buildkite.FEATURES),
    Vendor("Codefresh", codefresh.OPERATIONS, codefresh.FIELDS, codefresh.FEATURES),
    Vendor(
        "Talend",
        talend_operations.OPERATIONS,
        joined(talend_assets.FIELDS, talend_plans.FIELDS, talend_promotions.FIELDS, talend_parameters.FIELDS),
        talend_features.FEATURES,
    ),
    Vendor("nuvo", nuvo.OPERATIONS, nuvo.FIELDS, nuvo.FEATURES),
    Vendor("DX", dx.OPERATIONS, dx.FIELDS, dx.FEATURES),
    Vendor("Nexla", {}, {}, nexla.FEATURES),
)


def fields_of(vendor: Vendor) -> Iterator[tuple[str, Fate]]:
    """`object.field`, in order."""
    for name, fields in vendor.fields.items():
        yield from ((f"{name}.{field}", fate) for field, fate in fields.items())


def entries_of(vendor: Vendor) -> Iterator[tuple[str, Fate]]:
    """All of a vendor's."""
    yield from vendor.operations.items()
    yield from fields_of(vendor)
    yield from vendor.features.items()
