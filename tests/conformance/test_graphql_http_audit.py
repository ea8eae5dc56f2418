"""GraphQL over HTTP, judged by graphql-http's audit (github.com/graphql/graphql-http)."""

from tests.node.tools import Judge


def test_every_audit_of_graphql_over_http_passes(judge: Judge, gateway_url: str) -> None:
    audit = judge("audit.mjs", f"{gateway_url}/graphql")

    assert (audit.returncode, audit.stdout) == (0, "61/61\n"), audit.stdout
