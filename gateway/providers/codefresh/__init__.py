"""Codefresh."""


def connect(settings: object, *, loopback_only: bool = False) -> object:
    raise RuntimeError("being written")
