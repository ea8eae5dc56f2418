"""One case per vendor, in a module named like its folder. A registered vendor without one fails
`test_every_registered_vendor_is_under_contract`."""

import importlib
from pathlib import Path

from gateway.domain.provider import ProviderKind
from tests.contract.case import Case

CASES: tuple[Case, ...] = tuple(
    importlib.import_module(f"{__name__}.{kind.value}").CASE
    for kind in ProviderKind
    if Path(__file__).with_name(f"{kind.value}.py").exists()
)
