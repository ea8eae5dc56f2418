"""Docker images that builds pushed, newest first."""

from random import Random

from gateway.providers.codefresh.simulator.data.words import BRANCHES, MESSAGES
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.times import DAY_MS, iso_ms

IMAGES = 200
REGISTRY = "r.example.io"

_NAMES = ("acme/shop", "acme/payments", "acme/web", "acme/search", "acme/base")


def generate_images(start_ms: int, random: Random) -> list[Document]:
    ids = ObjectIds(random)
    times = sorted((start_ms - random.randrange(50 * DAY_MS) for _ in range(IMAGES)), reverse=True)
    return [_image(created_ms, ids, random) for created_ms in times]


def _image(created_ms: int, ids: ObjectIds, random: Random) -> Document:
    name = random.choice(_NAMES)
    branch = random.choice(BRANCHES)
    sha = f"{random.getrandbits(160):040x}"
    digest = f"{random.getrandbits(256):064x}"
    tag_names = [branch.replace("/", "-"), sha[:7], "latest"][: random.randrange(4)]
    image: Document = {
        "_id": ids.mint(created_ms),
        "imageName": name,
        "imageDisplayName": name,
        "internalImageId": f"sha256:{digest}",
        "created": iso_ms(created_ms),
        "size": random.randrange(5_000_000, 900_000_000),
        "tags": [{"_id": ids.mint(created_ms), "tag": tag, "registry": REGISTRY, "repository": name} for tag in tag_names],
        "metadata": {"team": name.partition("/")[2]} if random.random() < 0.4 else {},
        "repoDigest": f"{name}@sha256:{digest}",
    }
    if random.random() < 0.9:
        image |= {"sha": sha, "branch": branch, "commit": random.choice(MESSAGES)}
    return image
