"""Commands and reads in any order: nuvo, as the gateway shows it, is what the commands have made of it."""

import asyncio

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from gateway.domain import mutation_errors
from gateway.domain.commands.pipelines import DeletePipeline, PausePipeline, ResumePipeline, UpdatePipeline
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import PipelineKey
from gateway.domain.provider import ProviderKind
from gateway.providers.nuvo.simulator import SIMULATOR
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import start
from tests.contract.cases.nuvo import add_pipeline
from tests.contract.commands.conftest import case_of
from tests.contract.commands.example import Stage
from tests.contract.conftest import NOW

NAMES = st.sampled_from(["Orders", "Kunden", "商品"])


class Account(RuleBasedStateMachine):
    """The model: (name, paused, runs) of each pipeline that is there; None when it was deleted."""

    pipelines = Bundle("pipelines")

    @initialize()
    def begin(self):
        self.loop = asyncio.new_event_loop()
        self.vendor = start(SIMULATOR, clock=ManualClock(NOW))
        provider = case_of(ProviderKind.NUVO).connect(self.vendor.base_url, self.vendor.token, 5.0)
        self.stage = Stage(provider=provider, simulator=self.vendor, clock=self.vendor.clock)
        self.model = {}

    def teardown(self):
        if hasattr(self, "loop"):
            self.loop.run_until_complete(self.stage.provider.close())
            self.loop.close()
            self.vendor.stop()

    def wait(self, work):
        return self.loop.run_until_complete(work)

    @rule(target=pipelines)
    def a_pipeline_is_made_on_the_vendors_pages(self):
        name = self.stage.name("p")
        add_pipeline(self.vendor, name)
        made = next(each for each in self.vendor.app.world.pipelines if each.name == name)
        made.script.files, made.active = 1, True
        key = PipelineKey(self.stage.provider.name, (made.id,))
        self.model[key] = (name, False, ())
        return key

    @rule(key=pipelines)
    def run(self, key):
        performed = self.wait(self.stage.perform(RunPipeline(pipeline=key)))
        known = self.model[key]
        if known is None:
            assert isinstance(performed.errors[0], mutation_errors.NotFoundError)
        elif known[1]:
            assert isinstance(performed.errors[0], mutation_errors.InvalidInputError)
        else:
            self.model[key] = (*known[:2], (*known[2], *performed.keys))

    @rule(key=pipelines, name=NAMES)
    def rename(self, key, name):
        self._change(key, UpdatePipeline(pipeline=key, name=name), lambda known: (name, *known[1:]))

    @rule(key=pipelines)
    def pause(self, key):
        self._change(key, PausePipeline(pipeline=key), lambda known: (known[0], True, known[2]))

    @rule(key=pipelines)
    def resume(self, key):
        self._change(key, ResumePipeline(pipeline=key), lambda known: (known[0], False, known[2]))

    @rule(key=consumes(pipelines))
    def delete(self, key):
        known = self.model[key]
        performed = self.wait(self.stage.perform(DeletePipeline(pipeline=key), confirm_name=known[0] if known else "gone"))
        assert (performed.errors == ()) == (known is not None)
        self.model[key] = None

    def _change(self, key, command, changed):
        performed = self.wait(self.stage.perform(command))
        known = self.model[key]
        if known is None:
            assert isinstance(performed.errors[0], mutation_errors.NotFoundError)
        else:
            assert performed.errors == ()
            self.model[key] = changed(known)

    @invariant()
    def what_is_read_is_what_was_made(self):
        for key, known in getattr(self, "model", {}).items():
            try:
                shown = self.wait(self.stage.read(key))
            except NotFoundError:
                assert known is None
                continue
            assert known is not None
            assert (shown.name, shown.paused) == known[:2]
            assert all(self.wait(self.stage.read(run)).pipeline == key for run in known[2])


TestAccount = Account.TestCase
TestAccount.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
