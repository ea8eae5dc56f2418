"""Notifications as hypothesis makes them up: few values, so that they tie and contradict each other often."""

from hypothesis import strategies as st

from tests.store.reports import STATES, report


def optional(*values):
    return st.sampled_from([None, None, *values])


def reports(ids=("run-1",), starts=5):
    return st.builds(
        report,
        st.sampled_from(ids),
        start=st.integers(0, starts - 1),
        status=st.sampled_from(list(STATES)),
        finish=optional(1, 3, 5),
        pipeline_source=st.sampled_from(["Jenkins", "Tekton"]),
        pipeline_name=st.sampled_from(["build", "test"]),
        repository=optional("acme/web", "acme/api", ""),
        commit=optional("c1", "c2"),
        pull_request=optional(1, 2),
        branch=optional("main", "wip"),
        url=optional("https://ci/1", "https://ci/2"),
        email=optional("A@x.org", "b@x.org"),
        github_username=optional("anna", "bert"),
        gitlab_username=optional("anna", "bert"),
    )


def distinct_reports():
    """No two alike in start, end and state, unless they are the same."""
    return st.lists(reports(), min_size=1, max_size=8, unique_by=lambda each: (each.started_at, each.finished_at, each.status))
