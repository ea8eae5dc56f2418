"""Destinations in memory, behind the port that the schema asks; and requests that have them."""

from datetime import UTC, datetime, timedelta

from gateway.context import RequestContext, RequestLimits
from gateway.domain.budget import RequestBudget
from gateway.domain.destination import (
    Delivery,
    DeliveryStatus,
    Destination,
    DestinationSettings,
    DestinationState,
    TemplateUse,
)
from gateway.domain.destination_trial import Preview, Sent
from gateway.domain.errors import NotFoundError, StoreUnavailableError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.operations.mutations import Mutations
from tests.schema.data_vendor import NAME, SCHEMA, Forgetful

NOON = datetime(2026, 3, 2, 12, 0, 0, 123457, tzinfo=UTC)
AWAY = StoreUnavailableError("The gateway's store did not answer.", retry_after_s=1)


def destination(number=1, at=NOON, provider=NAME, **told):
    settings = told.pop("settings", DestinationSettings(template=TemplateUse(name="run-pipeline")))
    state = told.pop("state", DestinationState.PAUSED)
    key = DestinationKey(provider, (f"d{number}",))
    return Destination(key=key, name=f"to {number}", settings=settings, state=state, created_at=at, updated_at=at, **told)


def delivery(number=1, of=None, status=DeliveryStatus.SUCCEEDED, **told):
    owner = of or destination()
    key = DeliveryKey(owner.key.provider, (*owner.key.parts, str(number)))
    return Delivery(key=key, status=status, accepted_at=NOON, at=NOON + timedelta(seconds=number), attempts=1, **told)


DESTINATION = destination()
ID = encode_id(DESTINATION.key)


class Desk:
    """Answers from values, fails with `failure`, and remembers how it was asked. Deliveries have their places as ids."""

    def __init__(self, *destinations, deliveries=(), preview=None, tested=None, sent=None, failure=None):
        self.destinations = sorted(destinations, key=self.place, reverse=True)
        self.numbered = list(reversed(list(enumerate(deliveries, 1))))
        self.answers = {"preview": preview or Preview(), "test": tested, "send": sent or Sent()}
        self.failure = failure
        self.asked = []

    @staticmethod
    def place(each):
        return each.created_at, each.key.parts[0]

    def _note(self, *asked):
        self.asked.append(asked)
        if self.failure is not None:
            raise self.failure

    def transforms(self):
        return ("wrap_by_id",)

    async def list(self, query, after, limit):
        self._note("list", query, after, limit)
        found = [each for each in self.destinations if after is None or self.place(each) < (after.created_at, after.id)]
        return found[:limit]

    async def deliveries(self, query, after, limit):
        self._note("deliveries", query, after, limit)
        wanted = query.destinations and {key.parts[0] for key in query.destinations}
        return [
            (number, each)
            for number, each in self.numbered
            if (after is None or number < after.id)
            and (wanted is None or each.key.parts[0] in wanted)
            and (query.statuses is None or each.status in query.statuses)
        ][:limit]

    async def preview(self, command, records):
        self._note("preview", command, records)
        return self.answers["preview"]

    async def test(self, key, record, body, confirm, caller):
        self._note("test", key, record, body, confirm, caller)
        return self.answers["test"]

    async def send(self, key, records, idempotency_key, caller):
        self._note("send", key, records, idempotency_key, caller)
        return self.answers["send"]

    def own(self):
        """What loaders find by key."""
        return {
            DestinationKey: self._getter("get", {each.key: each for each in self.destinations}),
            DeliveryKey: self._getter("get_deliveries", {each.key: each for _, each in self.numbered}),
        }

    def _getter(self, method, known):
        async def get(keys):
            self.asked.append((method, tuple(keys)))
            return [known.get(key, NotFoundError("gone", provider=key.provider)) for key in keys]

        return get

    def calls(self, method):
        return [asked[1:] for asked in self.asked if asked[0] == method]


def request_of(desk, *providers, most=100, caller="ann"):
    store = Forgetful()
    return RequestContext(
        {each.name: each for each in providers},
        RequestLimits(most),
        RequestBudget(5, 100),
        mutations=Mutations(store, 5),
        audit=store,
        destinations=desk,
        own=desk.own(),
        caller=caller,
    )


async def ask(desk, query, *providers, most=100, **variables):
    """The whole answer."""
    request = request_of(desk, *providers, most=most)
    try:
        return await SCHEMA.execute(query, variable_values=variables, context_value=request)
    finally:
        request.close()


async def data(desk, query, *providers, most=100, **variables):
    """The data of an answer without errors."""
    answer = await ask(desk, query, *providers, most=most, **variables)
    assert answer.errors is None, answer.errors
    return answer.data
