"""Schedules with one to many triggers of every type, some in use."""

from typing import TypeAlias

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.demo.deployables import FINANCE, RETAIL
from gateway.providers.talend.simulator.demo.maker import Maker
from gateway.providers.talend.simulator.records import add_schedule, bind_schedule

Use: TypeAlias = tuple[dict[str, Document], str, str]  # tasks or plans, workspace, name


def make_schedules(maker: Maker) -> None:
    tenant = maker.tenant
    production, development = maker.environment("Production"), maker.environment("Development")
    opening = [_daily("opening-hours", "07:30"), _daily("lunch", "12:00"), _weekly("weekend", "09:45", ["SATURDAY", "SUNDAY"])]
    closing = [_monthly("first_of_month", "05:00", 1), _cron("mid-month#1", "15 5 15W * ? *")]
    stock = [_daily(f"slot-{hour:02d}", f"{hour:02d}:20") for hour in range(6, 21)]
    once = [{"name": "go-live", "type": "ONCE", "startDate": _date(maker, -30), "startTime": "22:00", "timeZone": "UTC"}]

    rows: tuple[tuple[str, list[Document], str | None, Use | None], ...] = (
        (production, opening, "Shop opening hours", (tenant.tasks, RETAIL, "Load customers from CRM")),
        (production, closing, "Month-end", (tenant.plans, FINANCE, "Month-end close")),
        (production, stock, "Stock counts, fifteen a day", (tenant.plans, RETAIL, "Hourly stock")),
        (production, once, "Go-live of the new mart", None),
        (development, [_cron("every-quarter", "*/15 8-18 ? * MON-FRI *")], None, None),
        (production, [], "Left over from a migration", None),
    )
    for position, (environment_id, triggers, description, use) in enumerate(rows):
        schedule_id = maker.object_id(250 - 20 * position)
        dated = [{"startDate": _date(maker, 240 - 20 * position), "timeZone": "Europe/Paris", **trigger} for trigger in triggers]
        add_schedule(tenant, schedule_id, environment_id, dated, description=description)
        if use is not None:
            documents, place, name = use
            bind_schedule(tenant, schedule_id, maker.in_workspace(documents, place, name))


def _date(maker: Maker, days: int) -> str:
    return maker.days_ago(days).date().isoformat()


def _daily(name: str, time: str) -> Document:
    return {"name": name, "type": "DAILY", "interval": 1, "atTimes": {"type": "AT_TIME", "time": time}}


def _weekly(name: str, time: str, days: list[str]) -> Document:
    at_days: Document = {"type": "DAY_OF_WEEK", "days": days}
    return {"name": name, "type": "WEEKLY", "interval": 1, "atTimes": {"type": "AT_TIME", "time": time}, "atDays": at_days}


def _monthly(name: str, time: str, day: int) -> Document:
    at_days: Document = {"type": "DAY_OF_MONTH", "day": day}
    at_times: Document = {"type": "AT_TIME", "time": time}
    return {"name": name, "type": "MONTHLY", "interval": 1, "atTimes": at_times, "atDays": at_days, "timeout": 120}


def _cron(name: str, expression: str) -> Document:
    return {"name": name, "type": "CRON", "interval": 1, "cronExpression": expression}
