"""What destinations did, in the audit log."""

import pytest

from gateway.context import RequestContext, RequestLimits
from gateway.domain.audit import Attempt, AuditEntry, AuditOutcome, AuditQuery
from gateway.domain.budget import RequestBudget
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey, DestinationKey
from gateway.operations.mutations import Mutations
from tests.schema.data_vendor import SCHEMA, Forgetful, codes
from tests.schema.desk import NOON

pytestmark = pytest.mark.anyio

DESTINATION = encode_id(DestinationKey("former", ("d1",)))


class Log:
    """Holds these entries, whatever is asked."""

    def __init__(self, *entries):
        self.kept = entries
        self.asked = []

    async def entries(self, query, _after, _limit):
        self.asked.append(query)
        return self.kept


async def read(log, given=None):
    request = RequestContext({}, RequestLimits(), RequestBudget(5, 100), mutations=Mutations(Forgetful(), 5), audit=log)
    query = "query ($filter: AuditFilter) { auditLog(filter: $filter) { nodes { destinationId confirmedBy } } }"
    try:
        return await SCHEMA.execute(query, variable_values={"filter": given}, context_value=request)
    finally:
        request.close()


def entry(**told):
    attempt = Attempt(id="1", at=NOON, caller="ann", mutation="runPipeline", **told)
    return AuditEntry(attempt=attempt, outcome=AuditOutcome.IN_PROGRESS)


async def test_who_sent_it_and_who_confirmed_it():
    log = Log(entry(destination=DESTINATION, confirmed_by="destination"), entry(confirmed_by="name"), entry())
    answer = await read(log)

    assert answer.errors is None
    assert answer.data["auditLog"]["nodes"] == [
        {"destinationId": DESTINATION, "confirmedBy": "destination"},
        {"destinationId": None, "confirmedBy": "name"},
        {"destinationId": None, "confirmedBy": None},
    ]


async def test_attempts_of_destinations_and_of_mutations_about_them():
    log = Log()
    mutations = ["createDestination", "resendDeliveries", "callEndpoint", "runPipeline"]
    answer = await read(log, {"destinationIds": [DESTINATION], "mutations": mutations})

    assert answer.errors is None
    assert log.asked == [AuditQuery(destinations=(DESTINATION,), mutations=tuple(mutations))]


@pytest.mark.parametrize("ids", [[], ["nonsense"], [DESTINATION, encode_id(BuildKey("acme", ("b",)))]])
async def test_ids_of_anything_else_are_refused(ids):
    log = Log()
    answer = await read(log, {"destinationIds": ids})

    assert codes(answer) == [(["auditLog"], "BAD_USER_INPUT")]
    assert answer.errors[0].extensions["field"] == "destinationIds"
    assert log.asked == []
