"""What a test may vary about one running simulator: credentials and switches. All values are invented."""

from dataclasses import dataclass, field
from typing import Literal

from gateway.providers.talend.simulator.credentials import PERSONAL_TOKENS, SERVICE_ACCOUNTS, PersonalToken, ServiceAccount


@dataclass(slots=True)
class SimulatorSettings:
    """Each may be changed at any time, except the credentials. The defaults are the strict reading of the documentation."""

    personal_tokens: tuple[PersonalToken, ...] = field(default=PERSONAL_TOKENS, repr=False)
    service_accounts: tuple[ServiceAccount, ...] = field(default=SERVICE_ACCOUNTS, repr=False)

    # Tokens of service accounts.
    token_lifetime_s: int = 1_800
    expires_in: Literal["string", "number", "absent"] = "string"
    # ASSUMED: a token request must be JSON, as documented; disproved by an account that answers a form.
    accept_token_form: bool = False

    # Limits. Windows are counted in any case; they refuse while the control enables it.
    # ASSUMED: 600 requests a minute and caller, no numbers are published; disproved by the vendor's number.
    rate_limit: int = 600
    rate_window_s: float = 60.0
    retry_after_header: bool = True

    # Answers that are documented twice, or reported by users of the API.
    delete_refuses_json: bool = False  # a DELETE that accepts nothing but JSON gets 406 (field report)
    omit_required_fields: bool = False  # run answers without userId and userType, as in the vendor's own example
    created_status: Literal[200, 201] = 201  # connections and resources document both
    environment_refusal: Literal["400", "403", "403 usage details"] = "400"
    # ASSUMED: the name filter of lists means a part of the name; disproved by a list that holds only prefixes.
    name_filter: Literal["contains", "prefix"] = "contains"
    # ASSUMED: the size beyond which an upload is 413; disproved by the vendor's number.
    largest_resource_bytes: int = 1_000_000

    # Runs.
    past_runs: bool = True  # read at the start: False is a tenant in which nothing has run yet
    service_receipts: bool = True  # data services and routes: the id from the run call is only a receipt
    receipt_delay_s: float = 20.0  # until the real run of such a call is listed
    services_vanish_after_days: int | None = None  # long-running services leave the lists (field report)
    # ASSUMED: terminating a finished run changes nothing and is 204; disproved by another answer of the vendor.
    terminate_finished: Literal[204, 400] = 204
    # ASSUMED: a forbidden parallel run is accepted and misfires; disproved by a refusal of the run call.
    parallel_forbidden: Literal["misfire", "refuse"] = "misfire"
    queue_limit: int = 50  # accepted runs of one executable within the window, beyond which runs fail
    queue_window_s: float = 3_600.0
    refuse_from_and_limit: bool = False  # older tenants: 400 on the list of one task's runs (field report)
    promotion_execution: Literal["report", "accepted"] = "report"  # 201 with a report, or 202 without a body
    rejected_rows: bool = True  # some runs end as EXECUTION_REJECTED
    # One table of the vendor says EXECUTION_TERMINATED for the time limit and the shutdown too, the enum has own words.
    sub_status_as_terminated: bool = False
    plan_success_word: Literal["EXECUTION_SUCCESS", "FINISHED"] = "EXECUTION_SUCCESS"
    # ASSUMED: run lists are newest first, as plan runs are shown; disproved by a list in another order. "none": by id.
    run_list_order: Literal["newest", "none"] = "newest"
    # ASSUMED: 120 reads of runs by id a minute and caller, 429 is documented there without a number; disproved by
    # the vendor's number. Refused only while the control enables it.
    run_status_limit: int = 120
