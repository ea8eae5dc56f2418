"""Native status tables are complete and honest."""

from gateway.domain.run import RunStatus
from tests.contract.case import Case


def test_every_documented_build_status_is_mapped(case: Case) -> None:
    assert {word: case.status_of(word) for word in case.statuses} == dict(case.statuses)


def test_an_invented_status_is_unknown(case: Case) -> None:
    for word in ("", "levitating", "PASSED?", "success "):
        assert case.status_of(word) is RunStatus.UNKNOWN
