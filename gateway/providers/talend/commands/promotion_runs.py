"""What a promotion would do is found out, and it is executed."""

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.promotions import AnalyzePromotion, ExecutePromotion, PromotionScope
from gateway.domain.errors import ConflictError, InvalidInputError, MalformedResponseError
from gateway.domain.execution import Execution, ExecutionKind
from gateway.domain.keys import ArtifactKey, PipelineKey, PromotionKey, WorkspaceKey
from gateway.domain.run import RunStatus, RunTrigger, TriggerKind
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.bodies import check_provider, own_id
from gateway.providers.talend.commands.definitions_client import DefinitionsClient
from gateway.providers.talend.commands.refusals import conflict
from gateway.providers.talend.execution_mapping import to_promotion_run
from gateway.providers.talend.keys import PROMOTION, TASK, Origin, pipeline_ids
from gateway.providers.talend.promotion_mapping import to_report
from gateway.providers.talend.promotion_wire import PromotionExecution
from gateway.providers.talend.rows import mapped
from gateway.providers.talend.vendor_clock import VendorClock

LONGEST_CONTEXT = 255
HOW = ("options", "scope", "context")


class PromotionRunCommands:
    """Handlers, one for each command."""

    def __init__(self, client: TalendClient, definitions: DefinitionsClient, origin: Origin, clock: VendorClock) -> None:
        self._client = client
        self._definitions = definitions
        self._origin = origin
        self._clock = clock

    def table(self) -> Commands:
        return dict(
            (
                handling(AnalyzePromotion, self.analyze_promotion, takes=HOW),
                handling(ExecutePromotion, self.execute_promotion, takes=HOW),
            )
        )

    async def analyze_promotion(self, command: AnalyzePromotion) -> Changed:
        """A dry run at the vendor, which is a read."""
        promotion, item = self._asked(command)
        further: JsonObject = {} if command.context is None else {"context": command.context}
        if item is not None:
            # ASSUMED: an id and a type are enough, with the words for types that an execution has; disproved by a 400, or by a
            # report on the whole environment.
            further["promotionAdvancedInfo"] = {"id": item[0], "type": item[1]}
        try:
            told = await self._client.analyze_promotion(promotion, command.options, further)
        except InvalidInputError as error:
            raise _of_the_item(error, item) from None
        return Changed(keys=(command.promotion,), report=mapped(told, to_report, self._origin.provider))

    async def execute_promotion(self, command: ExecutePromotion) -> Changed:
        """One that has errors is refused with 501. An answer of 202 tells no id, and no list holds runs of promotions: then
        the run is started, and cannot be found."""
        promotion, item = self._asked(command)
        body: JsonObject = {
            "executable": promotion,
            "keepTargetResources": command.options.keep_target_resources,
            "keepTargetRunProfiles": command.options.keep_target_run_profiles,
        }
        if item is not None:
            body["advanced"] = {"artifactId": item[0], "artifactType": item[1]}
        if command.context is not None:
            body["context"] = command.context
        try:
            started = await self._definitions.execute_promotion(body)
        except InvalidInputError as error:
            raise _of_the_item(error, item) from None
        except ConflictError as error:
            message = f"The promotion cannot be executed as it is; `analyzePromotion` tells why. {error.message}"
            raise conflict(error, message) from None
        report = self._definitions.report_in(started)
        execution = started.execution_id or (report.execution_id if report is not None else None)
        if not execution:
            return Changed()
        return self._started(execution, report, command.promotion)

    def _started(self, execution: str, report: PromotionExecution | None, promotion: PromotionKey) -> Changed:
        """With the run as the answer tells it, or what can be said of it until the vendor shows it."""
        key = self._origin.execution(PROMOTION, execution)
        if report is not None:
            try:
                run = mapped(report, lambda each: to_promotion_run(each, execution, self._origin), self._origin.provider)
            except MalformedResponseError:
                pass  # it is started all the same
            else:
                return Changed(keys=(key,), values=(run,))
        stand_in = Execution(
            key=key,
            external_id=execution,
            kind=ExecutionKind.PROMOTION,
            pipeline=None,
            status=RunStatus.QUEUED,
            native_status=None,
            created_at=self._clock.now(),
            trigger=RunTrigger(TriggerKind.UNKNOWN),
            promotion=promotion,
            provisional=True,
        )
        return Changed(keys=(key,), stand_ins=(stand_in,))

    def _asked(self, command: AnalyzePromotion | ExecutePromotion) -> tuple[str, tuple[str, str] | None]:
        """The promotion, and the one thing of it that is meant, if it is not the whole."""
        if command.context is not None and len(command.context) > LONGEST_CONTEXT:
            message = f"`context` takes at most {LONGEST_CONTEXT} characters, not {len(command.context)}."
            raise InvalidInputError(message, field="context")
        promotion = own_id(command.promotion, self._origin, "promotion", "promotion")
        return promotion, None if command.scope is None else self._item(command.scope)

    def _item(self, scope: PromotionScope) -> tuple[str, str]:
        """(id, the vendor's word for what it is)."""
        key, field = scope.item, "scope.item"
        match key:
            case WorkspaceKey():
                return own_id(key, self._origin, "workspace", field), "WORKSPACE"
            case ArtifactKey():
                return own_id(key, self._origin, "artifact", field), "ACTION"
            case PipelineKey():
                check_provider(key, self._origin, field)
                try:
                    found = pipeline_ids(key)
                except InvalidInputError as error:
                    error.field = field
                    raise
                if found is None:
                    absent = self._origin.absent("pipeline")
                    absent.field = field
                    raise absent
                return found[1], "FLOW" if found[0] == TASK else "PLAN"


def _of_the_item(error: InvalidInputError, item: tuple[str, str] | None) -> InvalidInputError:
    """All else that is sent has been checked: what can be wrong is that the source environment has no such thing."""
    if item is not None:
        error.field = "scope.item"
    return error
