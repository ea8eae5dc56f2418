"""A provider of a test's own making: one pipeline that can be run, deleted, or cancelled, and an address for anything else."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import msgspec

from gateway.destinations.settings import Policy
from gateway.domain.call_log import Call, note_call, stop_if_rehearsing
from gateway.domain.commands.command import Changed, Command, JsonObject, handling
from gateway.domain.commands.from_record import command_from_record
from gateway.domain.commands.pipelines import DeletePipeline
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import InvalidInputError
from gateway.domain.free_call import FreeCall
from gateway.domain.keys import BuildKey, PipelineKey
from gateway.domain.template import Filled, Template, TemplateParameter
from gateway.domain.write_log import Receipt, WriteState, note_write
from tests.operations.conftest import provider_of

BASE_URL = "https://ci.example.com/v2"
Answer = Callable[[str, object], Awaitable[tuple[int, bytes] | Exception]]


async def well(_method: str, _body: object) -> tuple[int, bytes]:
    return 201, b'{"id": "1", "env": {"KEY": "v"}}'


class Vendor:
    """`sent` are the bodies (or paths, without one) that arrived, in order. `answer` decides what comes of a call."""

    def __init__(self, name: str = "acme") -> None:
        self.sent: list[object] = []
        self.answer: Answer = well
        self.name = name
        commands = dict(
            [
                handling(RunPipeline, self._run, takes=("branch", "message", "variables"), options=("priority",)),
                handling(DeletePipeline, self._delete),
            ]
        )
        self.provider = provider_of(commands, name)
        templates = {each.name: each for each in (self._run_template(), self._delete_template(), self._restart_template())}
        self.provider = msgspec.structs.replace(self.provider, templates=templates, calls=self)

    base_url = BASE_URL

    async def send(self, call: FreeCall) -> None:
        await self._call(call.method, call.path, call.body)

    async def _run(self, command: RunPipeline) -> Changed:
        body: JsonObject = {"branch": command.branch, **(command.vendor_options or {})}
        await self._call("POST", f"/pipelines/{command.pipeline.parts[0]}/builds", body)
        return Changed(keys=(BuildKey(self.name, (command.pipeline.parts[0], str(len(self.sent)))),))

    async def _delete(self, command: DeletePipeline) -> Changed:
        await self._call("DELETE", f"/pipelines/{command.pipeline.parts[0]}", None)
        return Changed(keys=(command.pipeline,))

    async def _call(self, method: str, path: str, body: object) -> None:
        call = Call(provider=self.name, write=True, method=method, url=BASE_URL + path, at=datetime.now(UTC), body=body)
        stop_if_rehearsing(call)
        self.sent.append(body if body is not None else path)
        answer = await self.answer(method, body)
        receipt = Receipt(provider=self.name, method=method, path=path, status=201)
        if isinstance(answer, Exception):
            sent = getattr(answer, "sent", True)
            note_write(receipt, WriteState.UNSENT if sent is False else WriteState.UNKNOWN if sent is None else WriteState.REFUSED)
            raise answer
        note_write(receipt, WriteState.DONE)
        status, response = answer
        note_call(msgspec.structs.replace(call, status=status, response=response, duration_s=0.01))

    def _key(self, text: str) -> PipelineKey:
        if text == "gone":
            raise InvalidInputError("`pipeline`: there is none.", field="parameters.pipeline")
        note_call(Call(provider=self.name, write=False, method="GET", url=f"{BASE_URL}/pipelines/{text}", at=datetime.now(UTC)))
        return PipelineKey(self.name, (text,))

    def _run_template(self) -> Template:
        async def make(filled: Filled) -> Command:
            fixed = {"pipeline": self._key(filled.parameters["pipeline"])}
            options = self.provider.commands[RunPipeline].options
            return command_from_record(RunPipeline, filled.record, fixed=fixed, options=options, used=filled.used)

        return Template(
            name="run-pipeline",
            title="Run Pipeline",
            description="Runs.",
            command=RunPipeline,
            make=make,
            parameters=(TemplateParameter(name="pipeline", description="Slug.", example="web"),),
            example={"branch": "main"},
        )

    def _delete_template(self) -> Template:
        async def make(filled: Filled) -> Command:
            return DeletePipeline(pipeline=self._key(filled.parameters["pipeline"]))

        return Template(
            name="delete-pipeline",
            title="Delete Pipeline",
            description="Deletes.",
            command=DeletePipeline,
            make=make,
            parameters=(TemplateParameter(name="pipeline", description="Slug.", example="web"),),
            takes_record=False,
            destroys=True,
        )

    def _restart_template(self) -> Template:
        async def make(filled: Filled) -> Command:
            return RunPipeline(pipeline=self._key(filled.parameters["pipeline"]))

        return Template(
            name="restart",
            title="Restart",
            description="Restarts.",
            command=RunPipeline,
            make=make,
            parameters=(TemplateParameter(name="pipeline", description="Slug.", example="web"),),
            takes_record=False,
        )


def policy(*transforms: str) -> Policy:
    def check_webhook(url: str, field: str) -> None:
        if not url.startswith("https://"):
            raise InvalidInputError(f"`{field}` must begin with https://.", field=field)

    return Policy(transforms=lambda: transforms, check_webhook=check_webhook)
