"""Records until it is killed, and prints the id of each notification that was acknowledged: address, name of the process."""

import asyncio
import sys
from datetime import UTC, datetime

from gateway.domain.ledger import RunNotification
from gateway.store import Store

CLIENTS = 8


async def main(address, name):
    async with Store(address) as store:

        async def client(own):
            number = 0
            while True:
                reference_id = f"{name}-{own}-{number}"
                given = RunNotification(
                    reference_id=reference_id,
                    pipeline_source="Jenkins",
                    pipeline_name=f"pipeline-{own}",
                    started_at=datetime.now(UTC),
                    branch=name,
                )
                await store.ledger.record("homegrown", given, reference_id.encode(), forward=True)
                print(reference_id, flush=True)
                number += 1

        await asyncio.gather(*(client(own) for own in range(CLIENTS)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
