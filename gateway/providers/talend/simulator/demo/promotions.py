"""Promotions between the environments, with who may execute them."""

from gateway.providers.talend.simulator.credentials import RUNNER_ACCOUNT
from gateway.providers.talend.simulator.demo.maker import Maker
from gateway.providers.talend.simulator.records import add_promotion

# Source, target, description, users, whether the service account may.
_PROMOTIONS: tuple[tuple[str, str, str | None, tuple[str, ...], bool], ...] = (
    ("Development", "Staging", "Release rehearsal", ("tokafor", "mreyes"), True),
    ("Staging", "Production", "Release", ("mreyes",), False),
    ("Development", "Production", None, (), False),
    ("Production", "Staging", "Brings fixes back", ("skimura", "jlindgren", "mreyes"), True),
)


def make_promotions(maker: Maker) -> None:
    tenant = maker.tenant
    for position, (source, target, description, users, service) in enumerate(_PROMOTIONS):
        promotion_id = maker.object_id(190 - 30 * position)
        ends = (maker.environment(source), maker.environment(target))
        add_promotion(tenant, promotion_id, *ends, name=f"{source} to {target}", description=description)
        assigned = tenant.promotion_users[promotion_id]
        assigned["userIds"] += users
        assigned["serviceAccountIds"] += [RUNNER_ACCOUNT.client_id] if service else []
