"""A short version of `python -m tests.durability --records`."""

from pathlib import Path

import pytest

from tests.durability.destination_round import destination_round

pytestmark = pytest.mark.anyio


async def test_no_record_is_lost_or_sent_twice_when_the_gateway_is_killed(tmp_path: Path) -> None:
    outcome = await destination_round(tmp_path, 100, seed=1)

    assert outcome.good, outcome
