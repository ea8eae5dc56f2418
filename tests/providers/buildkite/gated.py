"""A pipeline with a gate: jobs before and behind a block step."""

from typing import Any

TEXT = """
steps:
  - label: "Build"
    command: make
    key: build
  - wait
  - command: |
      make test
      make lint
  - block: "Deploy?"
    key: gate
  - command: make deploy
"""


def job_states(build: Any) -> list[Any]:
    return [job.get("state") for job in build["jobs"]]
