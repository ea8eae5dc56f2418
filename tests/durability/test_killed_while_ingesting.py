"""A short version of `python -m tests.durability`."""

from pathlib import Path

import pytest

from tests.durability.killed_round import killed_round

pytestmark = pytest.mark.anyio


async def test_nothing_acknowledged_is_lost_when_the_gateway_is_killed(tmp_path: Path) -> None:
    outcome = await killed_round(tmp_path, 500, seed=1)

    assert outcome.acknowledged > 0
    assert outcome.good, outcome
