"""kill -9 in the middle of recording: whatever was acknowledged is there, whole."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.domain.ledger import fold
from gateway.store import Store

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
ROUNDS = 3
ACKNOWLEDGED = 60


def acknowledged_before_killing(address, name):
    """What the child said before it died, as soon as it had said enough."""
    command = [sys.executable, "-m", "tests.store.recording_child", address, name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603  our own
        said = [child.stdout.readline() for _ in range(ACKNOWLEDGED)]
        child.send_signal(signal.SIGKILL)
        said += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    return [line.strip() for line in said if line.endswith("\n")]


async def test_nothing_that_was_acknowledged_is_lost(address):
    acknowledged = []
    for number in range(ROUNDS):
        acknowledged += acknowledged_before_killing(address, f"round-{number}")

    assert len(acknowledged) >= ROUNDS * ACKNOWLEDGED
    async with Store(address) as store:
        runs = await store.ledger.get_runs("homegrown", acknowledged)
        for reference_id, run in zip(acknowledged, runs, strict=True):
            assert run is not None, f"{reference_id} was acknowledged and is gone"
            [kept] = await store.ledger.notifications_of("homegrown", reference_id)
            assert run == fold([kept])
        forwarding = await store.ledger.forwarding("homegrown")
        assert forwarding.queued >= len(acknowledged)
        assert await store.ledger.recompute("homegrown") == forwarding.queued
