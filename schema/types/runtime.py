"""Runtime: where something runs."""

from gateway.domain import runtime as domain
from schema.types.view import field, view


@view(domain.Runtime)
class Runtime:
    """Where an execution runs, or will run. The ids are the vendor's own."""

    type: str | None = field("The vendor's word, like `CLOUD` or `REMOTE_ENGINE`.")
    external_id: str | None = field("The engine or cluster that was chosen; null in the vendor's cloud.")
    engine_id: str | None = field("The engine.")
    cluster_id: str | None = field("The cluster of engines.")
    run_profile_id: str | None = field("The profile of the engine that runs use.")
