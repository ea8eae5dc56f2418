"""The steps of a plan as designed."""

from dataclasses import dataclass

from gateway.providers.talend.simulator.data import Document, Tenant

ALL_SUCCEEDED = "ALL_SUCCEEDED"
AT_LEAST_ONE_SUCCEEDED = "AT_LEAST_ONE_SUCCEEDED"
ALWAYS_PROCEED_ON = "ALWAYS_PROCEED_ON"


@dataclass(frozen=True, slots=True)
class Step:
    """`condition` says what makes the plan go on after the step. A handler is a step of its own, with plans too."""

    id: str
    condition: str
    task_ids: tuple[str, ...]
    plan_ids: tuple[str, ...] = ()
    handler: "Step | None" = None

    @property
    def size(self) -> int:
        return len(self.task_ids) + len(self.plan_ids)


def steps_of(tenant: Tenant, plan_id: str) -> tuple[Step, ...]:
    """In run order. Tasks and plans that are gone are left out."""
    return tuple(_step(tenant, document) for document in tenant.plan_steps.get(plan_id, []))


def _step(tenant: Tenant, document: Document) -> Step:
    handler = document.get("handlerOnFailure") or {}
    task_ids = tuple(each for each in handler.get("taskIds") or () if each in tenant.tasks)
    plan_ids = tuple(each for each in handler.get("planIds") or () if each in tenant.plans)
    return Step(
        id=document["id"],
        condition=document["condition"],
        task_ids=tuple(each for each in document["taskIds"] if each in tenant.tasks),
        handler=Step(f"{document['id']}-handler", ALL_SUCCEEDED, task_ids, plan_ids) if task_ids or plan_ids else None,
    )
