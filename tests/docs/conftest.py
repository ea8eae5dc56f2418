"""What the documents' tests share."""

import contextlib
import os
import shutil

import pytest
from graphql import GraphQLSchema

from gateway.cli.demo_environment import CI_KEY
from gateway.cli.home_made_ci import report_runs_by
from gateway.simulation.server import start
from schema import build_schema
from tests.gateway_under_test import ALL_VENDORS, GatewayUnderTest

SEED = 1
CI_VARIABLE = "README_CI_KEY"
ACCOUNTS = {"dx": {"ingest_keys": [{"name": "jenkins", "env": CI_VARIABLE}]}}
"""The account that home-made CI reports to has the key that `make run` gives it."""


@pytest.fixture(scope="session")
def graphql_schema() -> GraphQLSchema:
    return build_schema()._schema


@pytest.fixture(scope="session")
def _filled(tmp_path_factory):
    """Folders of ledgers that home-made CI has reported to, with how many runs; filled by the first test that needs one."""
    return {"folder": tmp_path_factory.mktemp("demo-ledger")}


@pytest.fixture
async def demo_ledger(_filled, all_simulators, _clock, tmp_path):
    """A folder of the test's own with what the demonstration's CI has reported, and the number of its runs."""
    os.environ[CI_VARIABLE] = CI_KEY
    if "runs" not in _filled:
        async with GatewayUnderTest(all_simulators(), accounts=ACCOUNTS, data_dir=_filled["folder"]) as gateway:
            _filled["runs"] = await report_runs_by(gateway.client, CI_KEY, SEED, _clock.start)
    return shutil.copytree(_filled["folder"], tmp_path / "data"), _filled["runs"]


@pytest.fixture
async def demo(all_simulators, demo_ledger):
    """What `make run` starts: a gateway over all five vendors' simulators, with the ledger of home-made CI."""
    folder, _ = demo_ledger
    async with GatewayUnderTest(all_simulators(), accounts=ACCOUNTS, data_dir=folder) as gateway:
        yield gateway


@contextlib.asynccontextmanager
async def own_demo(folder, clock):
    """The same over simulators that nobody else uses, for what changes them."""
    with contextlib.ExitStack() as stack:
        running = {each.kind: stack.enter_context(start(each, clock=clock)) for each in ALL_VENDORS}
        async with GatewayUnderTest(running, accounts=ACCOUNTS, data_dir=folder) as gateway:
            yield gateway
