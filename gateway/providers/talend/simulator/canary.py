"""A text that stands where the vendor sends secrets. Nothing of it may ever leave the gateway."""

CANARY = "canary-7f1d-never-show-this"
