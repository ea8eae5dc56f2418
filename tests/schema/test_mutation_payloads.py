"""What payloads show: what is there now, and never more than is known."""

import pytest

from gateway.context import RequestContext, RequestLimits
from gateway.domain.audit import Fresh, Recorded
from gateway.domain.budget import RequestBudget
from gateway.domain.commands.agents import PauseQueue
from gateway.domain.commands.artifacts import DeleteArtifactVersion
from gateway.domain.commands.command import Changed, handling
from gateway.domain.commands.pipelines import DeletePipeline, PausePipeline
from gateway.domain.commands.promotions import AnalyzePromotion, CreatePromotion, ExecutePromotion
from gateway.domain.commands.triggers import DeleteTrigger
from gateway.domain.errors import ConflictError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import ArtifactKey, EnvironmentKey, ExecutionKey, PipelineKey, PromotionKey, QueueKey, TriggerKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.domain.promotion import Promotion, PromotionOptions
from gateway.domain.promotion_report import PromotionReport
from gateway.domain.run import RunStatus
from gateway.operations.mutations import Mutations
from tests.schema.data_vendor import NAME, SCHEMA, Forgetful, Port, codes, down, id_of, key, vendor

pytestmark = pytest.mark.anyio

PIPELINE = Pipeline(key=key(PipelineKey, "p"), external_id="p", name="deploy", kind=PipelineKind.CI)
PROMOTION = Promotion(key=key(PromotionKey, "1"), external_id="1", name="to production")
TRIGGER, QUEUE, ARTIFACT = key(TriggerKey, "t"), key(QueueKey, "q"), key(ArtifactKey, "a")
CONFLICT = ConflictError("It is in use.", provider=NAME)


class Remembering(Forgetful):
    """A store that answers every key that it has seen, whatever it was used for."""

    def __init__(self):
        self.answers = {}

    async def begin(self, _attempt, claim, _lease_s):
        known = claim is not None and self.answers.get(claim.key)
        return Recorded(known) if known else Fresh()

    async def finish(self, _attempt, _settlement, claim, answer, *, free=False):
        if claim is not None and not free:
            self.answers[claim.key] = answer


class Handler:
    """Does nothing and says `outcome`; remembers what it was told to do."""

    def __init__(self, outcome):
        self.outcome = outcome
        self.told = []

    async def __call__(self, command):
        self.told.append(command)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def able(command, outcome, *takes, **ports):
    """A vendor that knows this one command."""
    return vendor(commands=dict([handling(command, Handler(outcome), takes=takes)]), **ports)


async def send(provider, mutation, selection, store=None, **values):
    """Payload and answer of one mutation."""
    store = store or Forgetful()
    limits, budget = RequestLimits(), RequestBudget(5, 100)
    request = RequestContext({provider.name: provider}, limits, budget, mutations=Mutations(store, 5), audit=store)
    name = mutation[0].upper() + mutation[1:]
    query = f"mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{ ids errors {{ code path }} replayed {selection} }} }}"
    try:
        answer = await SCHEMA.execute(query, variable_values={"input": values}, context_value=request)
    finally:
        request.close()
    return answer.data[mutation], answer


async def test_what_was_deleted_is_named_and_not_read():
    pipelines = Port("pipelines", [PIPELINE])
    provider = able(DeletePipeline, Changed(keys=(PIPELINE.key,)), pipelines=pipelines)
    payload, answer = await send(provider, "deletePipeline", "deletedId", pipelineId=id_of(PIPELINE), confirmName="deploy")

    assert answer.errors is None
    assert payload == {"ids": [id_of(PIPELINE)], "errors": [], "replayed": False, "deletedId": id_of(PIPELINE)}
    assert pipelines.calls("get_pipelines") == [(PIPELINE.key,)]  # for its name, before


async def test_nothing_is_called_deleted_that_is_still_there():
    provider = able(DeletePipeline, CONFLICT, pipelines=Port("pipelines", [PIPELINE]))
    payload, _ = await send(provider, "deletePipeline", "deletedId", pipelineId=id_of(PIPELINE), confirmName="deploy")
    misnamed, _ = await send(provider, "deletePipeline", "deletedId", pipelineId=id_of(PIPELINE), confirmName="Deploy")

    assert payload == {"ids": [], "errors": [{"code": "CONFLICT", "path": []}], "replayed": False, "deletedId": None}
    assert (misnamed["deletedId"], misnamed["errors"][0]["path"]) == (None, ["input", "confirmName"])


@pytest.mark.parametrize(("keys", "shown"), [((TRIGGER, PIPELINE.key), {"name": "deploy"}), ((TRIGGER,), None)])
async def test_a_deleted_trigger_with_its_pipeline_where_that_is_told(keys, shown):
    provider = able(DeleteTrigger, Changed(keys=keys), pipelines=Port("pipelines", [PIPELINE]))
    payload, answer = await send(provider, "deleteTrigger", "deletedId pipeline { name }", triggerId=encode_id(TRIGGER))

    assert answer.errors is None
    assert (payload["deletedId"], payload["pipeline"]) == (encode_id(TRIGGER), shown)


async def test_what_was_changed_is_read_anew_unless_the_vendor_has_told_it():
    read, told = Port("pipelines", [PIPELINE]), Port("pipelines", [PIPELINE])
    asked = able(PausePipeline, Changed(keys=(PIPELINE.key,)), pipelines=read)
    known = able(PausePipeline, Changed(keys=(PIPELINE.key,), values=(PIPELINE,)), pipelines=told)

    for provider in (asked, known):
        payload, _ = await send(provider, "pausePipeline", "pipeline { name }", pipelineId=id_of(PIPELINE))
        assert payload["pipeline"] == {"name": "deploy"}
    assert (len(read.calls("get_pipelines")), len(told.calls("get_pipelines"))) == (1, 0)


async def test_what_is_gone_in_the_meantime_is_null_without_an_error():
    provider = able(DeleteArtifactVersion, Changed(keys=(ARTIFACT,)), artifacts=Port("artifacts"))
    payload, answer = await send(
        provider, "deleteArtifactVersion", "artifact { name }", artifactId=encode_id(ARTIFACT), version="1"
    )

    assert (payload["artifact"], payload["errors"]) == (None, [])
    assert payload["ids"] == [encode_id(ARTIFACT)]
    assert answer.errors is None


async def test_what_cannot_be_read_is_an_error_of_its_field_and_the_rest_is_told():
    class Down:
        async def get_queues(self, _keys, _want):
            raise down()

    provider = able(PauseQueue, Changed(keys=(QUEUE,)), queues=Down())
    payload, answer = await send(provider, "pauseQueue", "queue { name }", queueId=encode_id(QUEUE))

    assert payload == {"ids": [encode_id(QUEUE)], "errors": [], "replayed": False, "queue": None}
    assert codes(answer) == [(["pauseQueue", "queue"], "UPSTREAM_UNAVAILABLE")]


async def test_a_key_of_another_type_is_not_taken_for_what_was_created():
    keys = (key(EnvironmentKey, "e"), PROMOTION.key)
    provider = able(CreatePromotion, Changed(keys=keys), promotions=Port("promotions", [PROMOTION]))
    environments = {f"{each}EnvironmentId": encode_id(key(EnvironmentKey, each)) for each in ("source", "target")}
    payload, _ = await send(provider, "createPromotion", "promotion { name }", **environments)

    assert payload["promotion"] == {"name": "to production"}


async def test_an_executed_promotion_is_a_run_that_may_not_be_found_yet():
    run = key(ExecutionKey, "r")
    provider = able(
        ExecutePromotion, Changed(keys=(run,)), promotions=Port("promotions", [PROMOTION]), executions=Port("executions")
    )
    payload, answer = await send(
        provider, "executePromotion", "run { id }", promotionId=id_of(PROMOTION), confirmName="to production"
    )

    assert (payload["ids"], payload["run"], answer.errors) == ([encode_id(run)], None, None)


def report(message):
    return PromotionReport(status=RunStatus.SUCCEEDED, message=message)


def analyzing(outcome, analyses=()):
    promotions = Port("promotions", [PROMOTION], analyses_of=dict(analyses))
    return able(AnalyzePromotion, outcome, "options", "scope", "context", promotions=promotions), promotions


FOUND = Changed(keys=(PROMOTION.key,), report=report("first"))
ANALYSIS = "promotion { name } report { status message }"


async def test_an_analysis_is_shown_as_the_vendor_told_it():
    provider, promotions = analyzing(FOUND)
    payload, answer = await send(provider, "analyzePromotion", ANALYSIS, promotionId=id_of(PROMOTION))

    assert answer.errors is None
    assert payload["promotion"] == {"name": "to production"}
    assert payload["report"] == {"status": "SUCCEEDED", "message": "first"}
    assert promotions.calls("analyses_of") == []


async def test_a_replayed_analysis_is_made_anew_with_the_same_options():
    provider, promotions = analyzing(FOUND, {PROMOTION.key: report("second")})
    store = Remembering()
    values = {"promotionId": id_of(PROMOTION), "options": {"keepTargetResources": True}, "idempotencyKey": "k"}
    await send(provider, "analyzePromotion", "ids", store, **values)
    payload, answer = await send(provider, "analyzePromotion", ANALYSIS, store, **values)

    assert answer.errors is None
    assert payload["replayed"] is True
    assert payload["report"] == {"status": "SUCCEEDED", "message": "second"}
    assert promotions.calls("analyses_of") == [((PROMOTION.key,), PromotionOptions(keep_target_resources=True))]


async def test_a_replayed_analysis_that_cannot_be_made_anew_is_an_error_of_its_field():
    store = Remembering()
    provider, _ = analyzing(FOUND, {PROMOTION.key: down()})
    values = {"promotionId": id_of(PROMOTION), "idempotencyKey": "k"}
    await send(provider, "analyzePromotion", "ids", store, **values)
    payload, answer = await send(provider, "analyzePromotion", ANALYSIS, store, **values)

    assert (payload["promotion"], payload["report"]) == ({"name": "to production"}, None)
    assert codes(answer) == [(["analyzePromotion", "report"], "UPSTREAM_UNAVAILABLE")]


async def test_a_replayed_analysis_of_one_thing_is_not_passed_off_as_one_of_all():
    store = Remembering()
    provider, promotions = analyzing(FOUND, {PROMOTION.key: report("of all")})
    values = {"promotionId": id_of(PROMOTION), "scope": {"itemId": id_of(PIPELINE)}, "idempotencyKey": "k"}
    await send(provider, "analyzePromotion", "ids", store, **values)
    payload, answer = await send(provider, "analyzePromotion", ANALYSIS, store, **values)

    assert payload["report"] is None
    assert codes(answer) == [(["analyzePromotion", "report"], "NOT_SUPPORTED")]
    assert promotions.calls("analyses_of") == []


async def test_a_refused_analysis_has_no_report_and_asks_for_none():
    provider, promotions = analyzing(CONFLICT, {PROMOTION.key: report("made up")})
    payload, answer = await send(provider, "analyzePromotion", ANALYSIS, promotionId=id_of(PROMOTION))
    misread, _ = await send(provider, "analyzePromotion", ANALYSIS, promotionId=id_of(PIPELINE))

    assert (payload["promotion"], payload["report"], answer.errors) == (None, None, None)
    assert [error["code"] for error in payload["errors"] + misread["errors"]] == ["CONFLICT", "BAD_USER_INPUT"]
    assert promotions.calls("analyses_of") == []
