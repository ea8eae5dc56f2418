"""The loaders of one request."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gateway.domain.errors import GatewayError
from gateway.domain.keys import Key
from gateway.domain.page import Want
from gateway.domain.provider import Provider
from gateway.loaders.fan_out import fan_out, provider_of_key
from gateway.loaders.getters import node_getter, row_getter
from gateway.loaders.shared_loader import SharedLoader

BatchLoad = Callable[[list[Any]], Awaitable[Sequence[Any]]]
OwnGetter = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]
"""Finds what the gateway keeps itself: a value or a GatewayError for each key."""
NOTHING_OWN: Mapping[type[Key], OwnGetter] = MappingProxyType({})


class RequestLoaders:
    """One per request, never shared: what one caller may see must not answer another.

    Keys hold the provider's name, and a provider is one credential, so two credentials never share an entry. `own` finds what the
    gateway keeps itself, whatever becomes of the provider.
    """

    def __init__(self, providers: Mapping[str, Provider], own: Mapping[type[Key], OwnGetter] = NOTHING_OWN) -> None:
        self._providers = providers
        self._own = own
        self._loaders: dict[Hashable, SharedLoader[Any, Any]] = {}
        self._known: dict[Key, Any] = {}
        self._past: list[SharedLoader[Any, Any]] = []

    def node(self, key: Key) -> Awaitable[Any]:
        """The value behind a key, whole; raises its GatewayError. All keys of one type asked for in one go share a batch."""
        known = self._known.get(key)
        if known is not None:
            return _given(known)
        key_type = type(key)
        return self.batch(key_type, lambda keys: self._get(key_type, keys)).load(key)

    def row(self, key: Key, want: Want) -> Awaitable[Any]:
        """As `node`, but where no more than `want` is asked for it may be a row of a list, which many keys can share a call for."""
        key_type = type(key)
        provider = self._providers.get(key.provider)
        if key in self._known or provider is None or row_getter(provider, key_type, want) is None:
            return self.node(key)
        return self.batch((key_type, "rows"), lambda keys: self._get_rows(key_type, keys, want)).load(key)

    def prime(self, values: Iterable[Any]) -> None:
        """Remembers whole values that came with a list, so that references to them cost nothing."""
        self._known.update((value.key, value) for value in values if hasattr(value, "key") and getattr(value, "whole", True))

    def forget(self) -> None:
        """After a write: what was read before it is not what is there now. What is still under way goes on, unread."""
        self._past.extend(self._loaders.values())
        self._loaders.clear()
        self._known.clear()

    def batch(self, name: Hashable, load: BatchLoad) -> SharedLoader[Any, Any]:
        """The loader of this name, made when it is first asked for."""
        loader = self._loaders.get(name)
        if loader is None:
            loader = self._loaders[name] = SharedLoader(load)
        return loader

    def cancel(self) -> None:
        """Ends all that is still under way, when the request is over or the client has gone."""
        for loader in (*self._loaders.values(), *self._past):
            loader.cancel()

    async def _get_rows(self, key_type: type[Key], keys: list[Key], want: Want) -> list[Any | GatewayError]:
        def getter(provider: Provider) -> Callable[[Sequence[Key]], Awaitable[Sequence[Any]]] | None:
            get = row_getter(provider, key_type, want)
            return None if get is None else lambda group: get(group, want)

        return await fan_out(keys, provider_of_key, self._providers, getter, key_type.typename)

    async def _get(self, key_type: type[Key], keys: list[Key]) -> Sequence[Any | GatewayError]:
        if (own := self._own.get(key_type)) is not None:
            return await own(keys)

        def getter(provider: Provider) -> Callable[[Sequence[Key]], Awaitable[Sequence[Any]]] | None:
            get = node_getter(provider, key_type)
            return None if get is None else lambda group: get(group, frozenset())

        return await fan_out(keys, provider_of_key, self._providers, getter, key_type.typename)


async def _given(value: Any) -> Any:
    return value
