"""What a test may vary about the simulator, credentials included. All values are invented."""

from dataclasses import dataclass, field

_READ_SCOPES = (
    "read_pipelines",
    "read_builds",
    "read_build_logs",
    "read_job_env",
    "read_artifacts",
    "read_agents",
    "read_clusters",
    "read_organizations",
    "read_teams",
    "read_user",
    "read_notification_services",
    "read_organization_settings",
    "read_suites",
    "read_accounts",
)
_WRITE_SCOPES = (
    "write_pipelines",
    "write_builds",
    "write_build_logs",
    "write_artifacts",
    "write_agents",
    "write_clusters",
    "write_organizations",
    "write_teams",
    "write_notification_services",
    "write_suites",
)
ALL_SCOPES = _READ_SCOPES + _WRITE_SCOPES


@dataclass(frozen=True, slots=True)
class Token:
    """`organizations` None sees every organization. `user` is an index into the users of the first organization."""

    value: str = field(repr=False)
    uuid: str
    scopes: tuple[str, ...]
    user: int
    organizations: tuple[str, ...] | None = None


FULL_TOKEN = Token("bkua_simulated_full", "b63254c0-3271-4a98-8270-7cfbd6c2f14e", ALL_SCOPES, user=0)
READ_ONLY_TOKEN = Token(
    "bkua_simulated_read_only",
    "0d1c5a52-6a37-4f0e-9a43-8a4f3f1e7b10",
    ("read_organizations", "read_pipelines", "read_builds"),
    user=1,
)
ONE_ORGANIZATION_TOKEN = Token(
    "bkua_simulated_acme_only", "5f0f9f6b-8f0c-4a3e-b0f5-6a2ad0b1c7d4", ALL_SCOPES, user=2, organizations=("acme",)
)


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """Defaults are the documented ones, except the depth of build lists, which is not published."""

    tokens: tuple[Token, ...] = (FULL_TOKEN, READ_ONLY_TOKEN, ONE_ORGANIZATION_TOKEN)
    # ASSUMED: builds beyond row 5,000 are refused; disproved by a vendor answer to a deeper or shallower page.
    deepest_build_row: int = 5_000
    organization_requests_per_minute: int = 200
    user_requests_per_minute: int = 50
    # Off, a pipeline may be created outside every cluster.
    cluster_required: bool = True
