"""URLs of manual mode: no credential leaves the provider's host."""

import pytest

from gateway.destinations.endpoint import Endpoint, endpoint_of
from gateway.domain.errors import InvalidInputError

BUILDKITE = "https://api.buildkite.com/v2"


@pytest.mark.parametrize(
    ("url", "path", "query"),
    [
        ("https://api.buildkite.com/v2/organizations/acme/pipelines", "/v2/organizations/acme/pipelines", ""),
        ("https://api.buildkite.com:443/v2/x?dry=true&a=%20", "/v2/x", "dry=true&a=%20"),
        ("HTTPS://API.buildkite.com/v2/x/", "/v2/x/", ""),
        ("https://api.buildkite.com/v2/shop%2Fdeploy", "/v2/shop%2Fdeploy", ""),
        ("https://api.buildkite.com/v2/cron%253Aa%253Ab", "/v2/cron%253Aa%253Ab", ""),
        ("https://api.buildkite.com/v2/a..b/.hidden/...", "/v2/a..b/.hidden/...", ""),
        ("https://api.buildkite.com/v2/cron:a/b:c/$1;x=..", "/v2/cron:a/b:c/$1;x=..", ""),
        ("https://api.buildkite.com/v2/caf%C3%A9?a=$b&c=:d", "/v2/caf%C3%A9", "a=$b&c=:d"),
        ("https://api.buildkite.com", "/", ""),
    ],
)
def test_where_it_leads(url, path, query):
    assert endpoint_of(url, BUILDKITE, "url") == Endpoint(path=path, query=query)


def test_a_host_of_ones_own_with_its_port():
    assert endpoint_of("http://127.0.0.1:9001/v2/x", "http://127.0.0.1:9001/v2", "url").path == "/v2/x"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://evil.example/v2/x", "must begin with https://api.buildkite.com"),
        ("https://api.buildkite.com.evil.example/v2/x", "must begin with"),
        ("https://api.buildkite.com./v2/x", "must begin with"),
        ("https://evil.api.buildkite.com/v2/x", "must begin with"),
        ("http://api.buildkite.com/v2/x", "must begin with"),
        ("https://api.buildkite.com:8443/v2/x", "must begin with"),
        ("https://api.buildkite.com:99999/v2/x", "must begin with"),
        ("https://api.buildkite.com:x/v2/x", "must begin with"),
        ("ftp://api.buildkite.com/v2/x", "must begin with"),
        ("//api.buildkite.com/v2/x", "must begin with"),
        ("/v2/organizations", "must begin with"),
        ("", "must begin with"),
        ("https://[::1]/v2/x", "must begin with"),
        ("https://me:secret@api.buildkite.com/v2/x", "must not name a user"),
        ("https://api.buildkite.com@evil.example/v2/x", "must not name a user"),
        ("https://api.buildkite.com\\@evil.example/v2/x", "no URL has"),
        ("https://api.buildkite.com/v2/../admin", r"\. or \.\."),
        ("https://api.buildkite.com/v2/..", r"\. or \.\."),
        ("https://api.buildkite.com/v2/./x", r"\. or \.\."),
        ("https://api.buildkite.com/v2/%2e%2e/admin", r"\. or \.\."),
        ("https://api.buildkite.com/v2/.%2E/admin", r"\. or \.\."),
        ("https://api.buildkite.com/v2/%252e%252e/admin", r"\. or \.\."),
        ("https://api.buildkite.com/v2/x%2f..%2fadmin", r"\. or \.\."),
        ("https://api.buildkite.com/v2/x%5c..%5cadmin", r"\. or \.\."),
        ("https://api.buildkite.com//evil.example/x", "two slashes"),
        ("https://api.buildkite.com/v2//x", "two slashes"),
        ("https://api.buildkite.com/v2/%2fx", "two slashes"),
        ("https://api.buildkite.com/v2/organizations/{org_slug}/pipelines", "placeholder left over"),
        ("https://api.buildkite.com/v2/organizations/{'{org_slug}'}/pipelines", "placeholder left over"),
        ("https://api.buildkite.com/v2/organizations/%7Borg_slug%7D", "placeholder left over"),
        ("https://api.buildkite.com/v2/organizations/%257Borg_slug", "placeholder left over"),
        ("https://api.buildkite.com/v2/pipelines/<pipeline_id>", "placeholder left over"),
        ("https://api.buildkite.com/v2/pipelines?id=%3Cid%3e", "placeholder left over"),
        ("https://api.buildkite.com/v2/organizations/:org/pipelines", "placeholder left over"),
        ("https://api.buildkite.com/v2/organizations/%3Aorg", "placeholder left over"),
        ("https://api.buildkite.com/v2/organizations/$org/pipelines", "placeholder left over"),
        ("https://api.buildkite.com/v2/x-%24org", "placeholder left over"),
        ("https://api.buildkite.com/v2/x?token=***", "stands for what is not shown"),
        ("https://api.buildkite.com/v2/hook/%2A**", "stands for what is not shown"),
        ("https://api.buildkite.com/v2/..;/admin", r"\. or \.\."),
        ("https://api.buildkite.com/v2/..;a=b", r"\. or \.\."),
        ("https://api.buildkite.com/v2/%2e%2e%3bx/admin", r"\. or \.\."),
        ("https://api.buildkite.com/v2/.;/x", r"\. or \.\."),
        ("https://api.buildkite.com/v2/%ff", "not UTF-8"),
        ("https://api.buildkite.com/v2/%c0%ae%c0%ae/x", "not UTF-8"),
        ("https://api.buildkite.com/v2/x?a=%25e4", "not UTF-8"),
        ("https://api.buildkite.com/v2/x#part", "no URL has"),
        ("https://api.buildkite.com/v2/a b", "no URL has"),
        ("https://api.buildkite.com/v2/x\r\nHost: evil.example", "no URL has"),
        ("https://api.buildkite.com/v2/x\t", "no URL has"),
        ("https://api.buildkite.com/v2/caf\u00e9", "no URL has"),
        ("https://api.buildkite.com/v2/100%", "no URL has"),
        ("https://api.buildkite.com/v2/x%0d%0aHost:evil", "unprintable"),
        ("https://api.buildkite.com/v2/x?a=%2500", "unprintable"),
        ("https://api.buildkite.com/v2/" + "x" * 4096, "longer than 4096"),
        ("https://[api.buildkite.com/v2/x", "is no URL"),
    ],
)
def test_what_could_lead_elsewhere_is_refused_at_its_field(url, why):
    with pytest.raises(InvalidInputError, match=why) as refused:
        endpoint_of(url, BUILDKITE, "settings.url")

    assert refused.value.field == "settings.url"
