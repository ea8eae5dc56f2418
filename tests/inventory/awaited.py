"""What the gateway is still to get. Whoever adds one is told by the tests which entries wait for it."""

PARTS = {
    "destinations": "Query.destinations",
}
"""Part of the gateway -> the path of the schema that is there as soon as the part is."""
