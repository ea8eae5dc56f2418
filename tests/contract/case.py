"""What the contract suite must know of one vendor. Each kind has one such table in `cases/<kind>.py`, named CASE."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.keys import Key, PipelineKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.run import RunStatus
from gateway.simulation.definition import SimulatorDefinition
from gateway.simulation.server import RunningSimulator


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything is asked through ports and the simulator's control; nothing here reaches into the provider."""

    kind: ProviderKind
    simulator: SimulatorDefinition
    connect: Callable[[str, str, float], Provider]
    """(base URL, token, timeout in seconds) -> the provider, loopback only, named `<kind>-under-test`."""

    ports: frozenset[str]
    """The ports this vendor has, by their names on Provider."""

    status_of: Callable[[str], RunStatus]
    """The mapping's own reading of one native status of a run."""
    statuses: Mapping[str, RunStatus]
    """Every documented status of a run, written down from the vendor's documentation and not from the mapping."""
    unfilterable: frozenset[str] = frozenset()
    """Native statuses that the vendor shows but cannot filter by."""

    absent: Callable[[Key], Key]
    """A well-formed key of the same type, beside a real one, under which the vendor has nothing."""
    replaced: Callable[[Key], Key] | None = None
    """The key of another run that once had this one's number; None where a number is not part of the key."""

    pipelines_route: str
    """Searched in raw paths: what `stream_pipelines` asks and nothing else."""
    runs_route: str
    """Searched in raw paths: what streams of runs ask, and nothing else."""
    bad_row_route: str | None = None
    """Searched in raw paths: one list of runs, where `runs_route` means several; None: `runs_route`."""
    required_run_field: str = "number"
    """A member of a run's row whose wrong type spoils that row."""
    request_id_header: str = "x-request-id"

    add_pipeline: Callable[[RunningSimulator, str], None]
    """Creates a pipeline of this name at the vendor, through its own API or its simulator's control."""
    remove_pipeline: Callable[[RunningSimulator, PipelineKey], None]
    add_runs: Callable[[RunningSimulator, PipelineKey, int], None]
    """Creates that many runs of the pipeline, newer than every other run."""

    newest_calls_even: int
    """Most calls for the newest 10 runs of each of the `even` profile's 50 pipelines."""
    newest_calls_extra: int = 3
    """Most calls beyond one per pipeline, whatever the activity."""
    runs_by_id_calls: int = 100
    """Most calls for 100 runs by key out of 30 pipelines, each among the newest of its pipeline."""

    secrets: Sequence[str] = field(default=("CANARY-SECRET-",))
    """Texts that the simulator hides in fields which must never be decoded."""

    inapplicable: Mapping[str, str] = field(default_factory=dict)
    """What of the suite means nothing for this vendor, and why: modules (`test_provider_faults`) or single tests
    (`test_provider_get::test_one_key_costs_one_call`). What takes their place is in the vendor's own tests."""


def name_of(kind: ProviderKind) -> str:
    return f"{kind.value}-under-test"
