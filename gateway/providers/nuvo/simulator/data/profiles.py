"""Which pipelines an account has, whose they are, and how often each ran."""

from dataclasses import dataclass

from gateway.providers.nuvo.simulator.execution import Trigger
from gateway.providers.nuvo.simulator.identities import ANA, APAC, EMEA, OPS, Identity
from gateway.providers.nuvo.simulator.pipeline import Source


@dataclass(frozen=True, slots=True)
class PipelinePlan:
    name: str
    source: Source
    owner: Identity
    executions: int
    trigger: Trigger
    frequency: str | None = None
    active: bool = True
    deleted: bool = False  # its executions are still there
    developer_mode: bool = False


_LIVED_IN = (
    PipelinePlan("Customer master import", "SFTP", OPS, 420, "SCHEDULED", "HOURLY"),
    PipelinePlan("Daily order feed", "S3", OPS, 180, "SCHEDULED", "DAILY"),
    PipelinePlan("Supplier catalogue", "HTTP", OPS, 96, "EVENT"),
    PipelinePlan("Payroll upload", "EMAIL", OPS, 60, "EVENT"),
    PipelinePlan("Inventory sync EMEA", "SFTP", EMEA, 45, "SCHEDULED", "DAILY"),
    PipelinePlan("Product reviews", "HTTP", ANA, 31, "MANUAL"),
    PipelinePlan("Invoices APAC", "S3", APAC, 24, "SCHEDULED", "WEEKLY"),
    PipelinePlan("HR onboarding (Büro Zürich)", "EMAIL", ANA, 12, "EVENT"),
    PipelinePlan("Legacy CRM migration", "HTTP", OPS, 7, "MANUAL", active=False),
    PipelinePlan("Warehouse returns", "FTP", EMEA, 3, "SCHEDULED", "MONTHLY"),
    PipelinePlan("Quarterly audit", "EMAIL", OPS, 1, "MANUAL"),
    PipelinePlan("Sandbox", "HTTP", OPS, 0, "MANUAL", developer_mode=True),
    PipelinePlan("Old price list", "HTTP", OPS, 5, "MANUAL", deleted=True),
)
# `uneven` adds an import for each of some customers: between busy and idle, as most pipelines are.
_CUSTOMERS = """
    Adler Bergmann Calder Dufour Elster Fjord Galeria Hansa Ibis Juniper Kestrel Lumen
    Mistral Nordwind Oriel Pallas Quarz Rialto Solaris Tundra Umbra Vesper Weller Zephyr
"""
_UNEVEN = (
    *_LIVED_IN,
    *(
        PipelinePlan(f"{name} onboarding", "HTTP", OPS, 20 + place * 7 % 24, "EVENT")
        for place, name in enumerate(_CUSTOMERS.split())
    ),
)
EVEN_PIPELINES = 50
EVEN_EXECUTIONS = 10
_EVEN = tuple(
    PipelinePlan(f"Import {number:02d}", "HTTP", OPS, EVEN_EXECUTIONS, "SCHEDULED", "DAILY") for number in range(EVEN_PIPELINES)
)


_PROFILES = {"demo": _LIVED_IN, "uneven": _UNEVEN, "even": _EVEN}


def plan_account(profile: str) -> tuple[PipelinePlan, ...]:
    """ValueError for a profile that is not known."""
    if profile not in _PROFILES:
        raise ValueError(f"unknown profile {profile!r}, expected one of {', '.join(_PROFILES)}")
    return _PROFILES[profile]
