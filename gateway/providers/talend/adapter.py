"""Assembles the readers of one Talend account into a Provider."""

import re

from pydantic import SecretStr

from gateway.domain.commands.capabilities import command_capabilities
from gateway.domain.keys import ProviderKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.providers.talend.artifacts import TalendArtifacts
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.capabilities import COMMAND_NOTES, capabilities
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.table import commands_of
from gateway.providers.talend.data_connections import TalendDataConnections
from gateway.providers.talend.environments import TalendEnvironments
from gateway.providers.talend.execution_steps import TalendExecutionSteps
from gateway.providers.talend.executions import TalendExecutions
from gateway.providers.talend.explain import explain
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.login import Login, PersonalLogin
from gateway.providers.talend.pipelines import TalendPipelines
from gateway.providers.talend.places import Places
from gateway.providers.talend.projects import TalendProjects
from gateway.providers.talend.promotions import TalendPromotions
from gateway.providers.talend.run_configs import RunConfigs
from gateway.providers.talend.run_configurations import TalendRunConfigurations
from gateway.providers.talend.runs_client import RunsClient
from gateway.providers.talend.schedules import TalendSchedules
from gateway.providers.talend.service_login import ServiceLogin, basic_credential, explain_login
from gateway.providers.talend.settings import ServiceAccount, TalendSettings
from gateway.providers.talend.templates import TalendMaking, templates_of
from gateway.providers.talend.workspaces import TalendWorkspaces
from gateway.upstream.client import Upstream
from gateway.upstream.transport import UpstreamOptions, build_upstream

_API = re.compile(r"https://api\.([a-z-]+)\.cloud\.talend\.com")
SAAS = "https://cloud.talend.com"


def build_provider(settings: TalendSettings, *, loopback_only: bool) -> Provider:
    """Opens nothing yet."""
    personal = isinstance(settings.credential, SecretStr)
    calls = open_calls(settings, loopback_only=loopback_only)
    client = TalendClient(calls)
    runs = RunsClient(calls)
    origin = Origin(settings.name, _site(settings.base_url))
    places = Places(client, origin)
    configs = RunConfigs(client)
    pipelines = TalendPipelines(client, origin, places)
    executions = TalendExecutions(runs, origin, pipelines, places)
    commands = commands_of(calls, client, runs, origin, places, configs, executions, personal=personal)

    async def probe() -> None:
        await client.list_environments()

    return Provider(
        key=ProviderKey(settings.name, ()),
        kind=ProviderKind.TALEND,
        url=origin.site,
        capabilities=(*capabilities(projects=personal), *command_capabilities(commands, COMMAND_NOTES)),
        commands=commands,
        templates=templates_of(TalendMaking(origin, pipelines)),
        calls=calls,
        monitor=calls.upstream.monitor,
        probe=probe,
        close=calls.close,
        workspaces=TalendWorkspaces(origin, places),
        projects=TalendProjects(client, origin) if personal else None,
        pipelines=pipelines,
        pipeline_rows=pipelines,
        executions=executions,
        execution_steps=TalendExecutionSteps(runs, origin),
        environments=TalendEnvironments(origin, places),
        artifacts=TalendArtifacts(client, origin, places),
        data_connections=TalendDataConnections(client, origin, places),
        promotions=TalendPromotions(client, origin),
        schedules=TalendSchedules(client, origin, places, configs),
        run_configurations=TalendRunConfigurations(configs),
    )


def open_calls(settings: TalendSettings, *, loopback_only: bool) -> TalendCalls:
    """The account's way to the vendor. Opens nothing yet."""
    if isinstance(settings.credential, ServiceAccount):
        return _service_calls(settings, settings.credential, loopback_only=loopback_only)
    login = PersonalLogin(settings.credential)
    return TalendCalls(_upstream(settings, login, loopback_only=loopback_only), login)


def _service_calls(settings: TalendSettings, account: ServiceAccount, *, loopback_only: bool) -> TalendCalls:
    office = build_upstream(
        UpstreamOptions(
            provider=settings.name,
            base_url=settings.base_url,
            authorize=basic_credential(account),
            timeout_s=settings.timeout_s,
            max_concurrent_calls=1,
            explain=explain_login,
            loopback_only=loopback_only,
        )
    )
    # ASSUMED: the audience ends in a slash, as in the vendor's example; disproved by a login that is refused for it.
    login = ServiceLogin(office, f"{settings.base_url}/")
    upstream = _upstream(settings, login, loopback_only=loopback_only)
    login.on_failure = upstream.monitor.failed
    return TalendCalls(upstream, login)


def _upstream(settings: TalendSettings, login: Login, *, loopback_only: bool) -> Upstream:
    return build_upstream(
        UpstreamOptions(
            provider=settings.name,
            base_url=settings.base_url,
            authorize=login.authorize,
            timeout_s=settings.timeout_s,
            max_concurrent_calls=settings.max_concurrent_calls,
            explain=explain,
            loopback_only=loopback_only,
        )
    )


def _site(base_url: str) -> str:
    """Where people look. What plain http reaches (a simulator) has no pages to look at."""
    # ASSUMED: the console of a region is at tmc.<region>; disproved by a region whose console is elsewhere.
    region = _API.fullmatch(base_url)
    return f"https://tmc.{region[1]}.cloud.talend.com" if region is not None else SAAS
