"""Where an execution runs, or will run."""

import msgspec


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    """An engine of the vendor's. `type` is its word; `external_id` is None for engines in the vendor's cloud."""

    type: str | None = None
    external_id: str | None = None
    engine_id: str | None = None
    cluster_id: str | None = None
    run_profile_id: str | None = None
