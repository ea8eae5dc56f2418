"""The runs that the simulators hold, read from their data and not through the gateway: what lists of runs must show."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from gateway.domain.cursor import micros
from gateway.providers.buildkite.simulator import BuildkiteApp
from gateway.providers.codefresh.simulator.app import CodefreshSimulator
from gateway.providers.nuvo.simulator import NuvoSimulator
from gateway.providers.talend.simulator import TalendSimulator
from gateway.simulation.server import RunningSimulator
from tests.end_to_end.reported_runs import ReportedRun
from tests.gateway_under_test import ALL_NAMES

TALEND_WINDOW = timedelta(days=60)


class HeldRun(NamedTuple):
    """A run at its vendor, to the millisecond: no vendor tells more."""

    time_ms: int
    provider: str
    id: str

    @property
    def place(self) -> tuple[int, str]:
        """What the order of a list depends on. Runs of one provider and moment come in any order."""
        return -self.time_ms, self.provider


def runs_held(simulators: Mapping[str, RunningSimulator], reported: Iterable[ReportedRun]) -> list[HeldRun]:
    """All that lists show without `includeChildren`, in their order. `reported` is what the ledger was told."""
    rows = [*_buildkite(simulators["buildkite"]), *_codefresh(simulators["codefresh"])]
    rows += [*_talend(simulators["talend"]), *_nuvo(simulators["nuvo"])]
    rows += [HeldRun(run.time_us // 1_000, ALL_NAMES["dx"], run.reference_id) for run in reported]
    return sorted(rows, key=lambda row: row.place)


def _buildkite(simulator: RunningSimulator) -> list[HeldRun]:
    app = simulator.app
    assert isinstance(app, BuildkiteApp)
    with app.world.lock:
        builds = [build for organization in app.world.organizations for build in organization.newest_first]
    return [HeldRun(micros(build.created_at) // 1_000, ALL_NAMES["buildkite"], build.id) for build in builds]


def _codefresh(simulator: RunningSimulator) -> list[HeldRun]:
    app = simulator.app
    assert isinstance(app, CodefreshSimulator)
    return [HeldRun(build.key.created_ms, ALL_NAMES["codefresh"], build.id) for build in app.world.builds.newest_first]


def _talend(simulator: RunningSimulator) -> list[HeldRun]:
    """Runs of tasks on their own and of plans, as long as the vendor lists them."""
    app = simulator.app
    assert isinstance(app, TalendSimulator)
    with app.tenant.lock:
        now = app.tenant.now()
        runs = [run for run in app.runs.tasks if run.plan_run_id is None and run.exists_at(now)]
        every = [*runs, *app.runs.plans]
        return [
            HeldRun(micros(run.request.at) // 1_000, ALL_NAMES["talend"], run.id)
            for run in every
            if run.request.at >= now - TALEND_WINDOW
        ]


def _nuvo(simulator: RunningSimulator) -> list[HeldRun]:
    app = simulator.app
    assert isinstance(app, NuvoSimulator)
    with app.world.lock:
        return [HeldRun(micros(run.created_at) // 1_000, ALL_NAMES["nuvo"], run.id) for run in app.world.executions]
