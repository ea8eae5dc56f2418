"""DX: there is no vendor to be asked. What stands for its simulator is a ledger that CI systems have reported to, by the gateway's own
checks; the provider reads the same database."""

from gateway.domain.keys import Key
from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.run import RunStatus
from gateway.domain.services import Services
from gateway.providers.dx import connect
from gateway.providers.dx.mapping import build_status
from tests.contract.case import Case
from tests.providers.dx.reported_runs import (
    REPORTED_RUNS,
    TOKEN,
    LazyLedger,
    add_pipeline,
    add_runs,
    remove_pipeline,
    settings_under_test,
    store_at,
)

STATUSES = {
    "running": RunStatus.RUNNING,
    "success": RunStatus.SUCCEEDED,
    "cancelled": RunStatus.CANCELED,
    "failure": RunStatus.FAILED,
    "unknown": RunStatus.UNKNOWN,
}
NO_CALLS = "Reading makes no call to a vendor, so there is none to go wrong, to count or to cancel."


def open_provider(base_url: str, _token: str, _timeout_s: float) -> Provider:
    """With a store that is opened by the first question and closed with the provider."""
    ledger = LazyLedger(store_at(base_url))
    return ledger.closed_with(connect(settings_under_test(), Services(ledger=ledger), loopback_only=True))


def absent(key: Key) -> Key:
    return type(key)(key.provider, (*key.parts[:-1], "never-heard-of"))


CASE = Case(
    kind=ProviderKind.DX,
    simulator=REPORTED_RUNS,
    connect=open_provider,
    ports=frozenset(["workspaces", "pipelines", "builds"]),
    status_of=build_status,
    statuses=STATUSES,
    absent=absent,
    pipelines_route="never asked",
    runs_route="never asked",
    add_pipeline=add_pipeline,
    remove_pipeline=remove_pipeline,
    add_runs=add_runs,
    newest_calls_even=0,
    newest_calls_extra=0,
    runs_by_id_calls=0,
    secrets=(TOKEN,),
    inapplicable={
        "test_provider_faults": NO_CALLS,
        "test_provider_cancelling": NO_CALLS,
        "test_provider_get::test_one_key_costs_one_call": NO_CALLS,
        "test_provider_identity::test_a_good_credential_passes_the_probe_with_one_call": NO_CALLS,
        "test_provider_secrets::test_an_echoed_credential_is_hidden": NO_CALLS,
        "test_provider_secrets::test_no_failure_quotes_the_answer_or_the_credential": NO_CALLS,
        "test_provider_secrets::test_the_simulator_records_no_credential_either": NO_CALLS,
        "test_provider_lookups": "Names are part of no address, so senders may give names such as `..`, which are looked up like others.",
    },
)
