"""Root lookups. What does not exist is null; what cannot be asked for that way, or fails, is an error of this field."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry

from gateway.context import RequestContext
from gateway.domain.build import BuildNumber
from gateway.domain.errors import GatewayError, InvalidInputError, NotFoundError
from gateway.domain.global_id import decode_id
from gateway.domain.keys import BuildKey, DeliveryKey, DestinationKey, ExecutionKey, Key, PipelineKey, ProviderKey
from gateway.domain.pipeline import PipelineSlug
from gateway.domain.provider import Provider
from gateway.loaders.fan_out import fan_out, unknown_provider
from schema.inputs.build import BuildLookup
from schema.inputs.execution import ExecutionLookup
from schema.inputs.pipeline import PipelineLookup
from schema.resolvers.info import Info

KEPT_HERE = frozenset({DestinationKey, DeliveryKey})
"""Keys of what the gateway's own store has, whether its provider is configured now or not."""


async def find_node(info: Info, text: str, field: str = "id", key_type: type[Key] | None = None) -> Any:
    """The thing behind a global id, or None."""
    key = decode_id(text, field)
    if key_type is not None and type(key) is not key_type:
        raise InvalidInputError(f"`{field}` takes an id of type {key_type.typename}, not of {key.typename}.", field=field)
    if key.provider not in info.context.providers and type(key) not in KEPT_HERE:
        raise unknown_provider(key.provider, info.context.providers, field)
    if type(key) is ProviderKey:
        if key.parts:
            raise InvalidInputError(f"`{field}` is not an id of this gateway. Pass an `id` exactly as it was given.", field=field)
        return info.context.providers[key.provider]
    return await _or_none(info, info.context.loaders.node(key))


async def find_build(info: Info, by: BuildLookup) -> Any:
    """By id, number, or the vendor's id."""
    if given(by.id):
        return await find_node(info, by.id or "", "by.id", BuildKey)
    if by.number is not None and given(by.number):
        number = by.number
        wanted = BuildNumber(number.pipeline, number.number, number.workspace)
        return await _find(info, "builds", "find_builds", number.provider, wanted, "by.number.provider")
    if by.external_id is not None and given(by.external_id):
        other = by.external_id
        return await _find(
            info, "builds", "find_builds_by_external_id", other.provider, other.external_id, "by.externalId.provider"
        )
    raise InvalidInputError("`by` needs exactly one of `id`, `number` and `externalId`, and not null.", field="by")


async def find_execution(info: Info, by: ExecutionLookup) -> Any:
    """By id, or the vendor's id."""
    if given(by.id):
        return await find_node(info, by.id or "", "by.id", ExecutionKey)
    if by.external_id is not None and given(by.external_id):
        other = by.external_id
        return await _find(
            info, "executions", "find_executions_by_external_id", other.provider, other.external_id, "by.externalId.provider"
        )
    raise InvalidInputError("`by` needs exactly one of `id` and `externalId`, and not null.", field="by")


async def find_pipeline(info: Info, by: PipelineLookup) -> Any:
    """By id, slug, or the vendor's id."""
    if given(by.id):
        return await find_node(info, by.id or "", "by.id", PipelineKey)
    if by.slug is not None and given(by.slug):
        slug = PipelineSlug(by.slug.slug, by.slug.workspace)
        return await _find(info, "pipelines", "find_pipelines", by.slug.provider, slug, "by.slug.provider")
    if by.external_id is not None and given(by.external_id):
        other = by.external_id
        return await _find(
            info, "pipelines", "find_pipelines_by_external_id", other.provider, other.external_id, "by.externalId.provider"
        )
    raise InvalidInputError("`by` needs exactly one of `id`, `slug` and `externalId`, and not null.", field="by")


def given(value: object) -> bool:
    """Whether a field of a oneOf input was given, and is not null."""
    return value is not strawberry.UNSET and value is not None


async def _find(info: Info, port: str, method: str, provider: str, wanted: Any, field: str) -> Any:
    context = info.context
    if provider not in context.providers:
        raise unknown_provider(provider, context.providers, field)

    async def load(wants: list[tuple[str, Any]]) -> Sequence[Any | GatewayError]:
        return await fan_out(wants, lambda each: each[0], context.providers, _getter(port, method), port)

    try:
        return await _or_none(info, _primed(context, context.loaders.batch(method, load).load((provider, wanted))))
    except InvalidInputError as error:
        inner = field.rpartition(".")[0]
        named = f"{inner}.{error.field}" if error.field else inner
        raise InvalidInputError(error.message, provider=provider, field=named) from None


def _getter(port: str, method: str) -> Callable[[Provider], Callable[[Sequence[Any]], Awaitable[Sequence[Any]]] | None]:
    def of(provider: Provider) -> Callable[[Sequence[Any]], Awaitable[Sequence[Any]]] | None:
        reader = getattr(provider, port)
        return None if reader is None else lambda pairs: getattr(reader, method)([each for _, each in pairs], frozenset())

    return of


async def _primed(context: RequestContext, load: Awaitable[Any]) -> Any:
    value = await load
    context.loaders.prime((value,))
    return value


async def _or_none(info: Info, load: Awaitable[Any]) -> Any:
    try:
        return await load
    except NotFoundError:
        return None
    except GatewayError as error:
        info.context.report_fault(info.path.as_list(), error)
        raise
