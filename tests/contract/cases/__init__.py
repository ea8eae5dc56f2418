"""One case per vendor. A vendor that is missing here fails `test_every_registered_vendor_is_under_contract`."""

from tests.contract.case import Case
from tests.contract.cases import buildkite, codefresh

CASES: tuple[Case, ...] = (buildkite.CASE, codefresh.CASE)
