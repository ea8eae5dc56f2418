"""Runs of promotions: analyse, execute, read."""

from typing import Annotated, Literal

import msgspec

from gateway.providers.talend.simulator.credentials import ENVIRONMENT_MANAGEMENT
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, forbidden, not_found, refusal
from gateway.providers.talend.simulator.exchange import Body, Exchange, Route
from gateway.providers.talend.simulator.promotion.analysis import Selection, has_errors
from gateway.providers.talend.simulator.routes.promotions import PROMOTION, promotion_of, sees_promotion
from gateway.providers.talend.simulator.runs.promotion_run import PromotionOptions
from gateway.providers.talend.simulator.runs.runs import Runs
from gateway.simulation.messages import Response, json_response

RUNS = "/processing/executions/promotions"
RUN = f"{RUNS}/{{executionId}}"

Kind = Literal["WORKSPACE", "PLAN", "FLOW", "ACTION"]
Context = Annotated[str, msgspec.Meta(max_length=255)]


class AdvancedInfo(Body, frozen=True):
    """PromotionAdvancedInfo, as an analysis takes it."""

    id: str | None = None
    name: str | None = None
    workspace_id: str | None = None
    type: Kind | None = None


class AnalysisRequest(Body, frozen=True):
    """PromotionExecutionDetails."""

    keep_target_run_profiles: bool = False
    keep_target_resources: bool = False
    context: Context | None = None
    promotion_advanced_info: AdvancedInfo | None = None


class Advanced(Body, frozen=True):
    """AdvancedPromotionSpec, as an execution takes it."""

    artifact_id: str | None = None
    artifact_type: Kind | None = None


class ExecutionRequest(Body, frozen=True):
    """PromotionExecutableTaskV26."""

    executable: str
    keep_target_resources: bool = False
    keep_target_run_profiles: bool = False
    advanced: Advanced | None = None
    context: Context | None = None


class PromotionRoutes:
    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def table(self) -> list[Route]:
        return [
            Route("POST", PROMOTION, self.analyse),
            Route("POST", RUNS, self.execute),
            Route("GET", RUN, self.get),
        ]

    def analyse(self, exchange: Exchange) -> Response:
        """200 with the report, also when it is full of errors."""
        promotion, asked = promotion_of(exchange), exchange.body(AnalysisRequest)
        info = asked.promotion_advanced_info or AdvancedInfo()
        options = PromotionOptions(
            selection=_selection(info.type, info.id),
            keep_target_resources=asked.keep_target_resources,
            keep_target_run_profiles=asked.keep_target_run_profiles,
            context=asked.context,
        )
        run = self._runs.promotions.analyse(promotion["executable"], options, exchange.caller)
        # It is over by the time of the answer: by a running clock the request came a moment earlier.
        return json_response(run.document(run.finishes_at))

    def execute(self, exchange: Exchange) -> Response:
        """201 with a report or 202 without a body, as the switch says; 501 for a promotion with errors."""
        asked = exchange.body(ExecutionRequest)
        promotion_id = asked.executable
        promotion = exchange.tenant.promotions.get(promotion_id)
        if promotion is None:
            raise not_found("Promotion", promotion_id)
        _guard(exchange, promotion)
        advanced = asked.advanced or Advanced()
        options = PromotionOptions(
            selection=_selection(advanced.artifact_type, advanced.artifact_id),
            keep_target_resources=asked.keep_target_resources,
            keep_target_run_profiles=asked.keep_target_run_profiles,
            context=asked.context,
        )
        report = self._runs.promotions.report(promotion_id, options)
        if has_errors(report):
            raise refusal(501, f"Promotion {promotion_id} has errors: {report['statusMessage']}")
        run = self._runs.promotions.execute(promotion_id, options, exchange.caller)
        if exchange.tenant.settings.promotion_execution == "accepted":
            return Response(202, content_type=None)
        return json_response({"executionId": run.id, "executionReport": run.document(exchange.now)}, 201)

    def get(self, exchange: Exchange) -> Response:
        # ASSUMED: an analysis is found here too, as it has an execution id; disproved by a 404 for one.
        run_id = exchange.param("executionId")
        run = self._runs.promotions.get(run_id)
        if run is None:
            raise not_found("Promotion execution", run_id)
        promotion = exchange.tenant.promotions.get(run.promotion_id)
        if promotion is not None and not sees_promotion(exchange, promotion):
            raise forbidden("No permission on the environments of this promotion")
        return json_response(run.document(exchange.now))


def _selection(kind: Kind | None, identifier: str | None) -> Selection | None:
    if kind is None and identifier is None:
        return None
    if kind is None or identifier is None:
        raise bad_request("One object to promote needs both its id and its type")
    return Selection(kind, identifier)


def _guard(exchange: Exchange, promotion: Document) -> None:
    """Who may execute: those assigned, and those who manage environments."""
    # ASSUMED: managers of environments need not be assigned; disproved by a 403 for one.
    assigned = exchange.tenant.promotion_users[promotion["executable"]]
    caller = exchange.caller
    known = assigned["userIds"] if caller.type == "HUMAN" else assigned["serviceAccountIds"]
    if caller.id not in known and ENVIRONMENT_MANAGEMENT not in caller.permissions:
        raise forbidden(f"{caller.id} is not assigned to promotion {promotion['executable']}")
    if not sees_promotion(exchange, promotion):
        raise forbidden(f"No permission on the environments of promotion {promotion['executable']}")
