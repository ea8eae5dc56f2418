"""The operations of the Processing API that are about runs, and the analysis of promotions."""

from gateway.providers.talend.simulator.exchange import Route
from gateway.providers.talend.simulator.runs.plan_routes import PlanRoutes
from gateway.providers.talend.simulator.runs.promotion_routes import PromotionRoutes
from gateway.providers.talend.simulator.runs.runs import Runs
from gateway.providers.talend.simulator.runs.task_routes import TaskRoutes


def routes(runs: Runs) -> list[Route]:
    return [*TaskRoutes(runs).table(), *PlanRoutes(runs).table(), *PromotionRoutes(runs).table()]
