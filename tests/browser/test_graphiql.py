"""GraphiQL in a real browser, against the running gateway."""

import json
import os
from pathlib import Path

import pytest

from tests.node.tools import Judge, not_run

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))

EXAMPLES = [
    "Overview",
    "RunsAcrossProviders",
    "BuildByNumber",
    "NodesById",
    "DataPipelines",
    "RunAPipeline",
    "AuditLog",
    "DestinationTemplates",
    "PreviewADestination",
]


def test_a_person_explores_the_gateway_and_no_other_host_is_asked(
    request: pytest.FixtureRequest, graphiql: Path, judge: Judge, gateway_url: str, tmp_path: Path
) -> None:
    if not CHROMIUM.exists():
        not_run(request, f"no Chromium at {CHROMIUM} (set CHROMIUM, or install the chromium package)")
    screenshot = tmp_path / "graphiql.png"

    opened = judge("browser.mjs", f"{gateway_url}/graphql", "--tabs", "--screenshot", screenshot)

    assert opened.returncode == 0, opened.stdout
    report = json.loads(opened.stdout)
    assert report["foreign"] == []
    assert report["complaints"] == []
    assert report["title"] == "CI/CD gateway: GraphiQL"
    assert report["introspected"]
    assert report["response"]["data"]["providers"]
    answers = {tab["title"]: tab["response"] for tab in report["tabs"]}
    assert list(answers) == EXAMPLES
    assert [title for title, answer in answers.items() if "errors" in answer] == []
    assert answers["RunsAcrossProviders"]["data"]["runs"]["nodes"]
    assert answers["BuildByNumber"]["data"]["build"]
    assert [node["__typename"] for node in answers["NodesById"]["data"]["nodes"]] == ["Provider", "Provider"]
    assert answers["RunAPipeline"]["data"]["runPipeline"]["errors"] == []
    assert answers["RunAPipeline"]["data"]["runPipeline"]["runs"][0]["id"]
    assert answers["AuditLog"]["data"]["auditLog"]["nodes"][0]["outcome"] == "DONE"
    assert answers["DestinationTemplates"]["data"]["destinationTemplates"]
    preview = answers["PreviewADestination"]["data"]["previewDestination"]
    assert [(each["recordNumbers"], each["errors"]) for each in preview["batches"]] == [([1], []), ([2], [])]
    assert [each["calls"][-1]["write"] for each in preview["batches"]] == [True, True]
    assert screenshot.stat().st_size > 10_000
