"""Switches of one running simulator; each may be changed at any time."""

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class SimulatorSettings:
    """The defaults are the strict reading of the documentation."""

    # ASSUMED: a key behind the word Bearer is refused; disproved by an account that answers such a request.
    accept_bearer: bool = False
    # ASSUMED: 1,000 requests a minute and key, no thresholds are published; disproved by the vendor's number.
    rate_limit: int = 1_000
    rate_window_s: float = 60.0
    # ASSUMED: a 429 says nothing of when to return; disproved by such a header on a real 429.
    retry_after_header: bool = False
    # The account's feature flag that refuses decrypted values.
    forbid_decrypt: bool = False
    # ASSUMED: the page that was read last is no neighbour of itself; disproved by a second read that answers 200.
    reread_page: bool = False
    log_url_lifetime_s: int = 900
    # ASSUMED: a new build can be read at once; disproved by a 404 right after a run. Lists show it in any case.
    new_build_hidden_s: float = 0.0
    # How builds that callers ask for end; None: success four times out of five.
    build_outcome: Literal["success", "error"] | None = None
    # ASSUMED: the id of a build will do where the id of its progress is meant; disproved by a refusal.
    terminate_by_build_id: bool = True
    # ASSUMED: terminating a finished build changes nothing and succeeds; disproved by a 400.
    refuse_terminating_finished: bool = False
    # ASSUMED: a denied build ends in error; disproved by one with a status of its own.
    denied_ends_as: Literal["error", "denied"] = "error"
    # ASSUMED: five stars in place of an encrypted value leave it as it was; disproved by a secret lost in a saved export.
    stars_keep_secrets: bool = True
    # The trigger manager's published code (codefresh-io/cf-triggers, pkg/backend/redis.go) is milder than its statuses
    # promise: it answers an event that is there already with its address, links any event of the account unseen, and
    # takes away links that are not there.
    # ASSUMED: the vendor's own installation is not; disproved by a second creation that answers 200.
    hermes_as_published: bool = False
