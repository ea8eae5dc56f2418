"""The transport stack of a provider, built in one place."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import httpx

from gateway.domain.provider import RateLimit
from gateway.upstream.accounting import Accounting
from gateway.upstream.auth import Auth, Authorize, redact
from gateway.upstream.base_url import BaseUrl
from gateway.upstream.client import Upstream
from gateway.upstream.concurrency import Concurrency
from gateway.upstream.deadline import Deadline
from gateway.upstream.failures import Failures
from gateway.upstream.host_check import HostCheck
from gateway.upstream.monitor import UpstreamMonitor
from gateway.upstream.observation import Observation
from gateway.upstream.read_transport import ReadTransport
from gateway.upstream.router import Router
from gateway.upstream.signed_url import PublicResolver, SignedUrlCheck, explain_storage
from gateway.upstream.statuses import Explain, Explanation, Statuses
from gateway.upstream.whole_body import WholeBody

__all__ = ["Explanation", "UpstreamOptions", "build_upstream"]

DEFAULT_MAX_BYTES = 32 * 1024 * 1024

RateLimits = Callable[[Mapping[str, str], datetime], tuple[RateLimit, ...]]


def no_explanation(_status: int, _headers: Mapping[str, str], _body: bytes) -> Explanation:
    """For vendors whose error bodies say nothing."""
    return Explanation()


def no_rate_limits(_headers: Mapping[str, str], _now: datetime) -> tuple[RateLimit, ...]:
    """For vendors whose answers do not tell their limits."""
    return ()


@dataclass(frozen=True)
class UpstreamOptions:
    """What the stack must know of a provider.

    `timeout_s` bounds a whole call, waiting for a free place among `max_concurrent_calls` included; a call that nobody waited
    for any longer counts as a failure if it had been silent for `silent_s`. `explain` reads a
    vendor's error answer; `rate_limits` reads the windows out of any answer's headers, given the time of the answer.
    `loopback_only` refuses every host that is not this machine: for tests and simulators.
    """

    provider: str
    base_url: str
    authorize: Authorize
    timeout_s: float = 10.0
    silent_s: float = 3.0
    connect_timeout_s: float = 5.0
    max_concurrent_calls: int = 16
    max_response_bytes: int = DEFAULT_MAX_BYTES
    explain: Explain = no_explanation
    rate_limits: RateLimits = no_rate_limits
    request_id_header: str = "x-request-id"
    loopback_only: bool = False
    user_agent: str = "cicd-gateway"


def build_upstream(options: UpstreamOptions) -> Upstream:
    """A provider's HTTP side. ValueError when the base URL cannot be one. Opens nothing yet."""
    base = BaseUrl(options.base_url)
    monitor = UpstreamMonitor()
    provider = options.provider
    timeouts = {"connect": options.connect_timeout_s}

    # Read from the last line upwards: the outermost wrapper is the last one.
    calls: httpx.AsyncBaseTransport = Router(
        read=ReadTransport(_tls(), options.connect_timeout_s),
        # No kept connections: a stale one would leave it open whether a write reached the vendor.
        write=httpx.AsyncHTTPTransport(verify=_tls(), limits=httpx.Limits(max_keepalive_connections=0)),
    )
    calls = Auth(calls, options.authorize)
    calls = HostCheck(calls, base, loopback_only=options.loopback_only)
    calls = WholeBody(calls, provider, options.max_response_bytes)
    calls = Concurrency(calls, options.max_concurrent_calls)
    calls = Deadline(calls, provider, options.timeout_s)
    calls = Failures(calls, provider)
    calls = Observation(calls, monitor, options.rate_limits)
    calls = Statuses(
        calls,
        provider,
        explain=options.explain,
        authorize=options.authorize,
        monitor=monitor,
        request_id_header=options.request_id_header,
    )
    calls = Accounting(calls, provider, monitor, options.silent_s)

    signed: httpx.AsyncBaseTransport = ReadTransport(
        _tls(), options.connect_timeout_s, resolver=None if base.is_loopback else PublicResolver
    )
    signed = SignedUrlCheck(signed, provider, base, loopback_only=options.loopback_only)
    signed = WholeBody(signed, provider, options.max_response_bytes)
    signed = Concurrency(signed, options.max_concurrent_calls)
    signed = Deadline(signed, provider, options.timeout_s)
    signed = Failures(signed, provider)
    signed = Statuses(
        signed,
        provider,
        explain=explain_storage,
        authorize=options.authorize,
        monitor=None,
        request_id_header=options.request_id_header,
    )
    signed = Accounting(signed, provider, None)

    return Upstream(
        provider,
        base.text,
        calls=calls,
        signed=signed,
        monitor=monitor,
        headers={
            "Host": base.netloc,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": options.user_agent,
        },
        timeouts=timeouts,
        request_id_header=options.request_id_header,
        clean=lambda text: redact(text, options.authorize),
    )


@cache
def _tls() -> ssl.SSLContext:
    # Loading the certificate store takes 20 ms: once for all providers.
    return httpx.create_ssl_context()
