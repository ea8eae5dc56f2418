"""Artifacts with their versions, connections, resources."""

from gateway.providers.talend.simulator.canary import CANARY
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.demo.maker import Maker
from gateway.providers.talend.simulator.identifiers import iso, version_stamp
from gateway.providers.talend.simulator.records import add_artifact, add_artifact_version, add_connection, add_resource

RETAIL, FINANCE = "Production/Retail Analytics", "Production/Finance"
STAGING, DEVELOPMENT = "Staging/Retail Analytics", "Development/Retail Analytics"
COMMON, PERSONAL = "Development/Common Components", "Development/Maria Reyes"

# Workspace, name, type, number of versions, project.
_ARTIFACTS = (
    (RETAIL, "load_orders_from_shop", "standard", 5, "Retail Mart"),
    (RETAIL, "load_customers_from_crm", "standard", 4, "Customer 360"),
    (RETAIL, "load_stock_levels", "standard", 3, "Stock Feeds"),
    (RETAIL, "enrich_orders_with_margin", "standard", 3, "Retail Mart"),
    (RETAIL, "publish_sales_mart", "standard", 6, "Retail Mart"),
    (RETAIL, "clean_customer_addresses", "standard", 2, "Customer 360"),
    (RETAIL, "stream_clicks_to_lake", "big_data_streaming", 2, "Clickstream"),
    (RETAIL, "aggregate_sessions", "big_data_batch", 3, "Clickstream"),
    (RETAIL, "orders_api", "data_service", 4, "Partner Interfaces"),
    (RETAIL, "stock_updates_route", "route", 2, "Stock Feeds"),
    (RETAIL, "returns_pipeline", "pipeline", 2, None),
    (RETAIL, "email_sales_report", "standard", 2, "Retail Mart"),
    (RETAIL, "notify_on_call", "standard", 1, "Shared Joblets"),
    (FINANCE, "import_bank_statements", "standard", 3, "Finance Close"),
    (FINANCE, "reconcile_payments", "standard", 4, "Finance Close"),
    (FINANCE, "export_general_ledger", "standard", 2, "Finance Close"),
    (FINANCE, "download_exchange_rates", "standard", 2, "Finance Close"),
    (FINANCE, "invoice_archive_route", "route", 1, "Partner Interfaces"),
    (FINANCE, "check_trial_balance", "standard", 1, "Finance Close"),
    (FINANCE, "alert_finance_team", "standard", 1, "Shared Joblets"),
    (STAGING, "load_orders_from_shop", "standard", 2, "Retail Mart"),
    (STAGING, "publish_sales_mart", "standard", 2, "Retail Mart"),
    (STAGING, "orders_api", "data_service", 2, "Partner Interfaces"),
    (DEVELOPMENT, "load_orders_from_shop", "standard", 3, "Retail Mart"),
    (DEVELOPMENT, "load_customers_from_crm", "standard", 2, "Customer 360"),
    (DEVELOPMENT, "publish_sales_mart", "standard", 3, "Retail Mart"),
    (DEVELOPMENT, "basket_rules_experiment", "pipeline", 1, None),
    (COMMON, "archive_old_files", "standard", 1, "Shared Joblets"),
    (COMMON, "notify_chat", "standard", 2, "Shared Joblets"),
    (PERSONAL, "try_new_crm_extract", "standard", 1, "Customer 360"),
)

# Workspace, name, app, parameters; a trailing ! marks an encrypted one.
_CONNECTIONS = (
    (RETAIL, "shop_database", "PostgreSQL", ("host=shop-db.acme.example", "port=5432", "user=etl", "password!")),
    (RETAIL, "sales_mart", "Snowflake", ("account=acme-eu", "warehouse=LOAD_WH", "user=LOADER", "privateKey!")),
    (RETAIL, "crm", "Salesforce", ("loginUrl=https://login.acme.example", "user=integration@acme.example", "securityToken!")),
    (RETAIL, "click_lake", "Amazon S3", ("bucket=acme-clicks", "region=eu-central-1", "accessKey!", "secretKey!")),
    (RETAIL, "mail_relay", "SMTP", ("host=mail.acme.example", "port=587")),
    (FINANCE, "bank_sftp", "SFTP", ("host=sftp.bank.example", "user=acme", "privateKey!")),
    (FINANCE, "ledger", "SAP", ("client=100", "systemNumber=00", "user=RFC_ETL", "password!")),
    (FINANCE, "rates_service", "REST", ("url=https://rates.bank.example/v1",)),
    (STAGING, "shop_database", "PostgreSQL", ("host=shop-db.staging.acme.example", "port=5432", "user=etl", "password!")),
    (STAGING, "sales_mart", "Snowflake", ("account=acme-eu", "warehouse=REHEARSAL_WH", "user=LOADER", "privateKey!")),
    (DEVELOPMENT, "shop_database", "PostgreSQL", ("host=localhost", "port=5432", "user=etl", "password!")),
    (DEVELOPMENT, "sales_mart", "Snowflake", ("account=acme-dev", "warehouse=DEV_WH", "user=LOADER")),
)

# Workspace, name, description, whether it is a file.
_RESOURCES = (
    (RETAIL, "country_codes.csv", "ISO codes and the names the shops print", True),
    (RETAIL, "export_folder", None, False),
    (FINANCE, "chart_of_accounts.xlsx", "Yearly, from controlling", True),
    (STAGING, "country_codes.csv", None, True),
    (DEVELOPMENT, "country_codes.csv", None, True),
    (COMMON, "archive_folder", "Mounted on every engine", False),
)

_PUBLISHERS = ("mreyes", "tokafor", "skimura")


def make_deployables(maker: Maker) -> None:
    tenant = maker.tenant
    for position, (place, name, kind, versions, project) in enumerate(_ARTIFACTS):
        age = 600 - 12 * position
        artifact_id = maker.object_id(age)
        add_artifact(tenant, artifact_id, name, kind, maker.workspaces[place])
        for number in range(versions):
            _make_version(maker, artifact_id, number, age * (1 - number / (versions + 1)), project)
    for position, (place, name, app, texts) in enumerate(_CONNECTIONS):
        parameters = [_parameter(text) for text in texts]
        age = 580 - 30 * position
        add_connection(tenant, maker.object_id(age), name, app, maker.workspaces[place], parameters, maker.days_ago(age))
    for position, (place, name, description, is_file) in enumerate(_RESOURCES):
        resource_id = maker.object_id(500 - 20 * position)
        add_resource(tenant, resource_id, name, maker.workspaces[place], description=description, is_file=is_file)


def _make_version(maker: Maker, artifact_id: str, number: int, age: float, project: str | None) -> None:
    """The oldest of several has the short form, later ones end with their time."""
    created = maker.days_ago(age)
    version = "0.1.0" if number == 0 and age > 300 else f"0.{number + 1}.0.{version_stamp(created)}"
    publisher = _PUBLISHERS[maker.number(0, len(_PUBLISHERS) - 1)]
    facts: Document = {
        "publisher": publisher,
        "publisherType": "HUMAN",
        "createDate": iso(created),
        "parameters": [
            {"name": "run_date", "value": "", "type": "Date", "required": False, "comment": "Today when it is empty"},
            {"name": "batch_size", "value": "10000", "type": "Integer", "required": True},
        ],
    }
    if number % 2 == 0:
        facts["description"] = f"Build {number + 1}"
    if project is not None:
        commit = {"id": f"{maker.number(0, 2**160 - 1):040x}", "date": iso(created), "author": publisher}
        facts["repository"] = {"project": project, "branch": "main", "commit": commit}
    add_artifact_version(maker.tenant, artifact_id, version, facts)


def _parameter(text: str) -> Document:
    # ASSUMED: an encrypted parameter shows its cipher text; disproved by an answer that leaves the value out.
    name, _, value = text.partition("=")
    if name.endswith("!"):
        return {"name": name[:-1], "value": f"{{cipher}}{CANARY}", "encrypted": True}
    return {"name": name, "value": value, "encrypted": False}
