"""The page docs/inventory.md. `python -m tests.inventory.page` writes it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from tests.inventory.fates import ROOT, Fate, Fates, Gap, Progress
from tests.inventory.tables import VENDORS, Vendor, fields_of

PAGE = ROOT / "docs" / "inventory.md"

INTRODUCTION = """\
# Inventory

What the vendors' interfaces consist of, as far as the gateway was asked to cover them, and where each piece is found here. This page is
made of the tables in `tests/inventory/`, which are tested against the schema and the fields that each vendor takes:
`python -m tests.inventory.page` writes it anew.

- **Covered**: shown by the schema, done by a mutation, taken as an argument or a setting, served over HTTP, done by a command of
  `cicd-gateway`, or seen to inside the gateway.
- **Left out**: has no place here; the reason is given.
- **Gap**: users would look for it, and it is missing.

Names on the left are the vendor's. Paths on the right are `Type.field`, with an argument in parentheses. Some of Talend's objects
are part of no call that its documents list; where another call tells the same, that place is given.
"""


def page() -> str:
    parts = [INTRODUCTION, "## Counts\n", _counts(), "## Gaps\n", _gaps()]
    for vendor in VENDORS:
        parts += [f"## {vendor.name}\n", *_sections(vendor)]
    return "\n".join(parts)


def counts_of(fates: Iterable[Fate]) -> "Counter[Progress]":
    return Counter(fate.progress for fate in fates)


def _counts() -> str:
    rows = []
    total: dict[str, Counter[Progress]] = {}
    for vendor in VENDORS:
        for what, fates in _kinds(vendor).items():
            counts = counts_of(fates)
            total[what] = total.get(what, Counter()) + counts
            if fates:
                rows.append([vendor.name, what, *_numbers(counts)])
    rows += [["**All**", f"**{what}**", *_numbers(counts)] for what, counts in total.items()]
    return _table(["Vendor", "", "All", *(each.value.capitalize() for each in Progress)], rows)


def _kinds(vendor: Vendor) -> dict[str, list[Fate]]:
    return {
        "operations": list(vendor.operations.values()),
        "fields": [fate for _, fate in fields_of(vendor)],
        "features": list(vendor.features.values()),
    }


def _numbers(counts: "Counter[Progress]") -> list[str]:
    return [str(counts.total()), *(str(counts[each]) for each in Progress)]


def _gaps() -> str:
    rows = [
        [vendor.name, name, fate.path]
        for vendor in VENDORS
        for name, fate in (*fields_of(vendor), *vendor.features.items())
        if isinstance(fate, Gap)
    ]
    return _table(["Vendor", "Entry", "Where users would look"], rows) if rows else "None.\n"


def _sections(vendor: Vendor) -> Iterator[str]:
    if vendor.operations:
        yield "### Operations of " + vendor.name + "\n"
        yield _table(["Operation", "Here"], _rows(vendor.operations))
    if vendor.fields:
        yield "### Fields of " + vendor.name + "\n"
        rows = [[f"`{name}`", *row] for name, fields in vendor.fields.items() for row in _rows(fields)]
        yield _table(["Object or call", "Field", "Here"], rows)
    if vendor.features:
        yield "### Features of " + vendor.name + "\n"
        yield _table(["Feature", "Here"], _rows(vendor.features))


def _rows(fates: Fates) -> list[list[str]]:
    """One for neighbours of the same fate."""
    groups = groupby(fates.items(), key=lambda entry: entry[1])
    return [[", ".join(f"`{name}`" for name, _ in group), fate.told()] for fate, group in groups]


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (header, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]]) + "\n"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
