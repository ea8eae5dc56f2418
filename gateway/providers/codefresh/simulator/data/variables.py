"""Variables of projects, pipelines and triggers."""

from random import Random

from gateway.providers.codefresh.simulator.canary import secret
from gateway.providers.codefresh.simulator.documents import Document

_PLAIN = (("REGION", "eu-west-1"), ("PORT", "8080"), ("LOG_LEVEL", "info"), ("REPLICAS", "3"))
_ENCRYPTED = ("NPM_TOKEN", "DEPLOY_KEY", "SLACK_HOOK")


def generate_variables(random: Random, owner: str) -> list[Document]:
    """Up to four, the last of them encrypted. Plain ones lack `encrypted` about as often as they have it."""
    chosen = random.sample(_PLAIN, random.randrange(len(_PLAIN)))
    variables: list[Document] = [{"key": key, "value": value} for key, value in chosen]
    for variable in variables:
        if random.random() < 0.5:
            variable["encrypted"] = False
    if random.random() < 0.6:
        key = random.choice(_ENCRYPTED)
        variables.append({"key": key, "value": secret(f"variable-{owner}-{key}"), "encrypted": True})
    return variables
