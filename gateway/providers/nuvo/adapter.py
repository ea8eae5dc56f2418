"""Assembles the readers of one nuvo account into a Provider."""

from dataclasses import replace

from gateway.domain.commands.capabilities import command_capabilities
from gateway.domain.keys import ProviderKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.providers.nuvo.capabilities import CAPABILITIES, COMMAND_NOTES
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.commands import NuvoCommands
from gateway.providers.nuvo.credential import AccessCredential
from gateway.providers.nuvo.executions import NuvoExecutions
from gateway.providers.nuvo.explain import explain
from gateway.providers.nuvo.habits import Habits
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.pipelines import NuvoPipelines
from gateway.providers.nuvo.session import Session
from gateway.providers.nuvo.settings import NuvoSettings
from gateway.providers.nuvo.templates import NuvoMaking, templates_of
from gateway.providers.nuvo.workspaces import NuvoWorkspaces
from gateway.upstream.base_url import BaseUrl
from gateway.upstream.transport import UpstreamOptions, build_upstream

SITE = "https://www.ingestro.com"


def build_provider(settings: NuvoSettings, *, loopback_only: bool) -> Provider:
    """Opens nothing yet, and logs in when the first call is made."""
    origin = Origin(settings.name, _site(settings.base_url), settings.identity, settings.identifier)
    client = _client(settings, origin, loopback_only=loopback_only)
    habits = Habits()
    commands = NuvoCommands(client, origin).table()
    return Provider(
        key=ProviderKey(settings.name, ()),
        kind=ProviderKind.NUVO,
        url=origin.site,
        capabilities=(*CAPABILITIES, *command_capabilities(commands, COMMAND_NOTES)),
        commands=commands,
        templates=templates_of(NuvoMaking(origin)),
        calls=client,
        monitor=client.upstream.monitor,
        probe=client.probe,
        close=client.close,
        workspaces=NuvoWorkspaces(client, origin),
        pipelines=NuvoPipelines(client, origin, settings.page_size, habits),
        executions=NuvoExecutions(client, origin, settings.page_size, habits),
    )


def _client(settings: NuvoSettings, origin: Origin, *, loopback_only: bool) -> NuvoClient:
    credential = AccessCredential(settings.license_key)
    options = UpstreamOptions(
        provider=settings.name,
        base_url=settings.base_url,
        authorize=credential,
        timeout_s=settings.timeout_s,
        max_concurrent_calls=settings.max_concurrent_calls,
        explain=explain,
        loopback_only=loopback_only,
    )
    upstream = build_upstream(options)
    office = build_upstream(replace(options, authorize=credential.for_logins, max_concurrent_calls=1))
    return NuvoClient(upstream, Session(office, credential, origin, upstream.monitor, options.silent_s), settings.query_style)


def _site(base_url: str) -> str:
    """Where the API lives. No document tells the address of a page that people look at."""
    base = BaseUrl(base_url)
    return f"https://{base.netloc}" if base.scheme == "https" else SITE
