"""The public Python client works against the simulator, so the simulator speaks what real clients expect."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pybuildkite.buildkite import Buildkite
from pybuildkite.builds import BuildState
from pybuildkite.jobs import LogFormat

from tests.simulation.buildkite_account import Account, account


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account() as opened:
        yield opened


@pytest.fixture
def buildkite(acme: Account, monkeypatch: pytest.MonkeyPatch) -> Buildkite:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client = Buildkite(per_page=50)
    client.base_url = f"{acme.running.base_url}/"
    client.set_access_token(acme.running.token)
    return client


@pytest.fixture
def build(buildkite: Buildkite) -> Any:
    return buildkite.builds().list_all_for_pipeline("acme", "web-app", states=[BuildState.PASSED])[0]


def test_organizations_user_and_token(buildkite: Buildkite) -> None:
    assert [row["slug"] for row in buildkite.organizations().list_all()] == ["acme", "beta-labs"]
    assert buildkite.organizations().get_org("acme")["name"] == "Acme"
    assert buildkite.users().get_current_user()["name"] == "Sam Lee"
    assert "read_builds" in buildkite.access_tokens().get_token()["scopes"]


def test_pipelines(buildkite: Buildkite) -> None:
    first = buildkite.pipelines().list_pipelines("acme", with_pagination=True)
    second = buildkite.pipelines().list_pipelines("acme", page=first.next_page, with_pagination=True)

    assert (len(first.body), first.next_page, first.last_page) == (50, 2, 2)
    assert (len(second.body), second.next_page, second.previous_page, second.first_page) == (10, None, 1, 1)
    assert buildkite.pipelines().get_pipeline("acme", "web-app")["name"] == "Web App"


def test_builds_with_filters_and_paging(buildkite: Buildkite) -> None:
    builds = buildkite.builds()

    everywhere = builds.list_all(with_pagination=True)
    in_organization = builds.list_all_for_org("acme", states=[BuildState.RUNNING, BuildState.SCHEDULED])
    on_branch = builds.list_all_for_pipeline("acme", "web-app", branch="develop", states=[BuildState.FINISHED])
    on_branches = builds.list_all_for_pipeline("acme", "web-app", branch=["main", "user+sam/dev-tools"])
    with_meta_data = builds.list_all_for_org("acme", meta_data={"release": "1.4.3"})

    assert (everywhere.next_page, everywhere.last_page) == (2, 100)
    assert {row["state"] for row in in_organization} == {"running", "scheduled"}
    assert {row["branch"] for row in on_branch} == {"develop"}
    assert {row["branch"] for row in on_branches} == {"main", "user+sam/dev-tools"}
    assert {row["meta_data"]["release"] for row in with_meta_data} == {"1.4.3"}


def test_every_build_of_a_pipeline_by_pages(buildkite: Buildkite) -> None:
    numbers: list[int] = []
    page: int | None = 1
    while page is not None:
        answer = buildkite.builds().list_all_for_pipeline("acme", "docs-site", page=page, with_pagination=True)
        numbers += [row["number"] for row in answer.body]
        page = answer.next_page

    assert len(numbers) == len(set(numbers)) > 50


def test_one_build_with_its_parts(buildkite: Buildkite, build: Any) -> None:
    number = build["number"]
    shown = buildkite.builds().get_build_by_number("acme", "web-app", number, include_retried_jobs=True)
    job = next(job for job in shown["jobs"] if job["type"] == "script" and job["state"] == "passed")
    where = ("acme", "web-app", number)

    log = buildkite.jobs().get_job_log(*where, job["id"], log_format=LogFormat.JSON)
    text = buildkite.jobs().get_job_log(*where, job["id"], log_format=LogFormat.TEXT)
    html = buildkite.jobs().get_job_log(*where, job["id"], log_format=LogFormat.HTML)
    environment = buildkite.jobs().get_job_environment_variables(*where, job["id"])
    annotations = buildkite.annotations().list_annotations(*where)
    artifacts = buildkite.artifacts().list_artifacts_for_build(*where)
    of_job = buildkite.artifacts().list_artifacts_for_job(*where, job["id"])

    assert shown["id"] == build["id"]
    assert text.decode() == log["content"]
    assert html
    assert environment["env"]["CI"] == "true"
    assert isinstance(annotations, list)
    assert {row["id"] for row in of_job} <= {row["id"] for row in artifacts}


def test_an_artifact_is_read_and_downloaded(buildkite: Buildkite) -> None:
    builds = buildkite.builds().list_all_for_pipeline("acme", "web-app", states=[BuildState.PASSED])
    where, artifact = next(
        (("acme", "web-app", build["number"]), artifact)
        for build in builds
        for artifact in buildkite.artifacts().list_artifacts_for_build("acme", "web-app", build["number"])
        if artifact["state"] == "finished"
    )

    shown = buildkite.artifacts().get_artifact(*where, artifact["job_id"], artifact["id"])

    assert shown == artifact
    # The client forwards its credential, because the storage of the simulator is on the same host.
    with pytest.raises(requests.HTTPError, match="400"):
        buildkite.artifacts().download_artifact(*where, artifact["job_id"], artifact["id"])


def test_agents(buildkite: Buildkite) -> None:
    agents = buildkite.agents().list_all("acme")

    assert len(agents) == 27
    assert buildkite.agents().get_agent("acme", agents[0]["id"])["name"] == agents[0]["name"]
