"""Switches of one running simulator; each may be changed at any time."""

from dataclasses import dataclass


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
