"""Tasks with their run configurations."""

from gateway.providers.talend.simulator.canary import CANARY
from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.demo.deployables import COMMON, DEVELOPMENT, FINANCE, RETAIL, STAGING
from gateway.providers.talend.simulator.demo.maker import Maker
from gateway.providers.talend.simulator.records import add_task, set_pause

# Workspace, name, artifact, tags, trigger, engine ("" is the cloud, None: not configured), connections.
_TASKS = (
    (RETAIL, "Load orders from shop", "load_orders_from_shop", ("sales", "nightly"), "daily", "prod-cluster", ("shop_database",)),
    (RETAIL, "Load customers from CRM", "load_customers_from_crm", ("customers",), "manual", "prod-cluster", ("crm",)),
    (RETAIL, "Load stock levels", "load_stock_levels", ("stock",), "hourly", "prod-engine-a", ("shop_database",)),
    (RETAIL, "Enrich orders with margin", "enrich_orders_with_margin", ("sales",), "manual", "prod-cluster", ("sales_mart",)),
    (RETAIL, "Publish sales mart", "publish_sales_mart", ("sales", "nightly"), "manual", "prod-cluster", ("sales_mart",)),
    (RETAIL, "Clean customer addresses", "clean_customer_addresses", ("customers",), "weekly", "prod-engine-b", ("crm",)),
    (RETAIL, "Click stream", "stream_clicks_to_lake", ("clicks",), "manual", "prod-engine-b", ("click_lake",)),
    (RETAIL, "Aggregate sessions", "aggregate_sessions", ("clicks", "nightly"), "cron", "prod-engine-b", ("click_lake",)),
    (RETAIL, "Orders API", "orders_api", ("service",), "manual", "prod-engine-a", ("shop_database",)),
    (RETAIL, "Stock updates route", "stock_updates_route", ("service", "stock"), "manual", "prod-cluster", ()),
    (RETAIL, "Returns pipeline", "returns_pipeline", (), "webhook", "pipeline", ()),
    (RETAIL, "Sales report by mail", "email_sales_report", ("sales",), "manual", "", ("mail_relay",)),
    (RETAIL, "Notify on-call", "notify_on_call", (), "manual", "", ()),
    (FINANCE, "Import bank statements", "import_bank_statements", ("close",), "daily", "finance-engine", ("bank_sftp",)),
    (FINANCE, "Reconcile payments", "reconcile_payments", ("close",), "manual", "finance-engine", ("ledger",)),
    (FINANCE, "Export general ledger", "export_general_ledger", ("close",), "monthly", "finance-engine", ("ledger",)),
    (FINANCE, "Download exchange rates", "download_exchange_rates", ("close", "hourly"), "hourly", "", ("rates_service",)),
    (FINANCE, "Check trial balance", "check_trial_balance", ("close",), "manual", "", ("ledger",)),
    (FINANCE, "Alert finance team", "alert_finance_team", (), "manual", "exclusive", ()),
    (STAGING, "Load orders from shop", "load_orders_from_shop", ("sales", "nightly"), "once", "", ("shop_database",)),
    (STAGING, "Publish sales mart", "publish_sales_mart", ("sales",), "manual", "", ("sales_mart",)),
    (DEVELOPMENT, "Load orders from shop", "load_orders_from_shop", ("sales",), "manual", "dev-engine", ("shop_database",)),
    (DEVELOPMENT, "Publish sales mart", "publish_sales_mart", ("sales",), "manual", "", ("sales_mart",)),
    (DEVELOPMENT, "Basket rules experiment", "basket_rules_experiment", ("experiment",), "manual", None, ()),
    (COMMON, "Archive old files", "archive_old_files", (), "monthly", "", ()),
)
_PAUSED = "Clean customer addresses"
_PARALLEL = frozenset({"Load stock levels", "Notify on-call"})


def make_tasks(maker: Maker) -> None:
    tenant = maker.tenant
    for position, (place, name, artifact, tags, trigger, engine, connections) in enumerate(_TASKS):
        task_id = maker.object_id(420 - 15 * position)
        artifact_id = maker.in_workspace(tenant.artifacts, place, artifact)
        versions = tenant.artifacts[artifact_id]["versions"]
        facts: Document = {
            "version": f"{maker.number(1, 6)}.{maker.number(0, 9)}",
            "tags": list(tags),
            "connections": {used: maker.in_workspace(tenant.connections, place, used) for used in connections},
            "parameters": {"batch_size": str(maker.number(1, 20) * 1_000)},
            "resources": _resources(maker, place) if "customers" in tags or "sales" in tags else {},
            "autoUpgradeInfo": {"autoUpgradable": position % 3 == 0, "overrideWithDefaultParameters": False},
        }
        if position % 4 != 3:
            facts["description"] = f"{name}, owned by the {place.partition('/')[2]} team"
        used_version = versions[-2] if position % 5 == 4 and len(versions) > 1 else versions[-1]
        add_task(tenant, task_id, name, maker.workspaces[place], artifact_id, used_version, facts)
        if engine is not None:
            tenant.run_configs[task_id] = _run_config(maker, name, trigger, engine)
        if name == _PAUSED:
            at = maker.days_ago(9)
            set_pause(tenant, task_id, paused=True, context="Address supplier is down", user="tokafor", user_type="HUMAN", at=at)


def _resources(maker: Maker, place: str) -> Document:
    return {"country_codes": maker.in_workspace(maker.tenant.resources, place, "country_codes.csv")}


def _run_config(maker: Maker, name: str, trigger: str, engine: str) -> Document:
    tenant = maker.tenant
    config: Document = {
        "trigger": demo_trigger(maker, trigger),
        "runtime": runtime(tenant, engine),
        "parallelExecutionAllowed": name in _PARALLEL,
        "logLevel": "WARN",
        "deploymentStrategy": "PARALLEL",
    }
    if trigger == "daily":
        config["timeout"] = 90
    if name == "Orders API":
        config["microservicePort"] = "9080"
    return config


def runtime(tenant: Tenant, engine: str) -> Document:
    """By the name of an engine or cluster; also "" (cloud), exclusive, pipeline."""
    if engine == "":
        return {"type": "CLOUD"}
    if engine == "exclusive":
        return {"type": "CLOUD_EXCLUSIVE"}
    if engine == "pipeline":
        first = next(iter(tenant.engines))
        return {"type": "PIPELINE_ENGINE", "id": first, "engineId": first, "runProfileId": f"{first[:23]}f"}
    for kind, documents in (("REMOTE_ENGINE", tenant.engines), ("REMOTE_ENGINE_CLUSTER", tenant.clusters)):
        for key, found in documents.items():
            if found["name"] == engine:
                return {"type": kind, "id": key, "engineId" if kind == "REMOTE_ENGINE" else "clusterId": key}
    raise KeyError(engine)


def demo_trigger(maker: Maker, kind: str) -> Document:
    start = {"startDate": maker.days_ago(200).date().isoformat(), "timeZone": "Europe/Paris"}
    at_two: Document = {"type": "AT_TIME", "time": "02:15"}
    shapes: dict[str, Document] = {
        "manual": {"type": "MANUAL", **start},
        "once": {"type": "ONCE", **start, "startTime": "06:00", "timeZone": "UTC"},
        "daily": {"type": "DAILY", "interval": 1, **start, "startTime": "02:15", "atTimes": at_two},
        "hourly": {
            "type": "DAILY",
            "interval": 1,
            **start,
            "atTimes": {"type": "AT_INTERVALS", "startTime": "06:00", "endTime": "22:00", "interval": 60},
        },
        "weekly": {
            "type": "WEEKLY",
            "interval": 1,
            **start,
            "atTimes": at_two,
            "atDays": {"type": "DAY_OF_WEEK", "days": ["MONDAY", "THURSDAY"]},
        },
        "monthly": {
            "type": "MONTHLY",
            "interval": 1,
            **start,
            "atTimes": {"type": "AT_SPECIFIC_TIMES", "times": ["04:00", "16:30"]},
            "atDays": {"type": "DAY_OF_MONTH", "day": 1},
        },
        "cron": {"type": "CRON", **start, "timeZone": "America/New_York", "cronExpression": "30 3 ? * MON-FRI *"},
        "webhook": {
            "type": "WEBHOOK",
            **start,
            "webhook": {
                "name": "Returns arrived",
                "description": "Called by the warehouse scanner",
                "triggerCalls": 1,
                "url": f"https://webhooks.acme.example/{CANARY}",
                "runAsUser": "mreyes",
                "runAsUserType": "HUMAN",
            },
        },
    }
    return shapes[kind]
