"""Assembles the parts of one DX account into a Provider."""

from urllib.parse import urlsplit

from gateway.domain.commands.capabilities import command_capabilities
from gateway.domain.keys import ProviderKey
from gateway.domain.ledger import LedgerStore
from gateway.domain.provider import Provider, ProviderKind
from gateway.providers.dx.account_ledger import AccountLedger
from gateway.providers.dx.builds import DxBuilds
from gateway.providers.dx.capabilities import CAPABILITIES, COMMAND_NOTES
from gateway.providers.dx.client import DxClient
from gateway.providers.dx.commands import DxCommands
from gateway.providers.dx.explain import explain
from gateway.providers.dx.forwarding import Forwarder, ForwardingOptions
from gateway.providers.dx.ingest import DxIngest
from gateway.providers.dx.ingest_keys import KeyRing
from gateway.providers.dx.keys import Origin
from gateway.providers.dx.pace import Pace, PaceOptions
from gateway.providers.dx.pipelines import DxPipelines
from gateway.providers.dx.settings import DxSettings
from gateway.providers.dx.templates import DxMaking, templates_of
from gateway.providers.dx.workspaces import DxWorkspaces
from gateway.upstream.auth import HeaderCredential
from gateway.upstream.monitor import UpstreamMonitor
from gateway.upstream.transport import UpstreamOptions, build_upstream

VENDOR = "https://getdx.com"


def build_provider(settings: DxSettings, store: LedgerStore, *, loopback_only: bool) -> Provider:
    """Opens nothing. The store is open before anything is asked, and closed by whoever opened it."""
    site = _site(settings.forward_base_url)
    origin = Origin(settings.name, site)
    monitor = UpstreamMonitor()
    ledger = AccountLedger(store, settings.name, monitor)
    client = _client(settings, loopback_only=loopback_only)
    forwarder = None if client is None else _forwarder(settings, store, client)
    ingest = DxIngest(ledger, origin, KeyRing(settings.ingest_keys), None if forwarder is None else forwarder.wake)
    commands = DxCommands(ingest).table()

    async def probe() -> None:
        await ledger.count_pipelines()

    async def close() -> None:
        if client is not None:
            await client.close()

    return Provider(
        key=ProviderKey(settings.name, ()),
        kind=ProviderKind.DX,
        url=site or VENDOR,
        capabilities=(*CAPABILITIES, *command_capabilities(commands, COMMAND_NOTES)),
        monitor=monitor,
        probe=probe,
        close=close,
        workspaces=DxWorkspaces(origin),
        pipelines=DxPipelines(ledger, origin),
        builds=DxBuilds(ledger, origin),
        commands=commands,
        templates=templates_of(DxMaking(settings.name)),
        ingest=ingest,
        forwarding=None if forwarder is None else ledger.forwarding,
        background=None if forwarder is None else forwarder.run,
    )


def _client(settings: DxSettings, *, loopback_only: bool) -> DxClient | None:
    if settings.forward_base_url is None or settings.forward_token is None:
        return None
    upstream = build_upstream(
        UpstreamOptions(
            provider=settings.name,
            base_url=settings.forward_base_url,
            authorize=HeaderCredential("Authorization", settings.forward_token, prefix="Bearer "),
            timeout_s=settings.forward_timeout_s,
            explain=explain,
            loopback_only=loopback_only,
        )
    )
    return DxClient(upstream, settings.forward_method)


def _forwarder(settings: DxSettings, store: LedgerStore, client: DxClient) -> Forwarder:
    pace = Pace(PaceOptions(per_second=settings.forward_per_second))
    options = ForwardingOptions(per_second=settings.forward_per_second, timeout_s=settings.forward_timeout_s)
    return Forwarder(store, settings.name, client, pace, options)


def _site(base_url: str | None) -> str | None:
    """The instance, as people see it in a browser. What plain http reaches (a simulator) has no pages to look at."""
    if base_url is None or not base_url.startswith("https://"):
        return None
    return f"https://{urlsplit(base_url).netloc}"
