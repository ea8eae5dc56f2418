"""Is a TCP port to be had?"""

import socket


def is_free(host: str, port: int) -> bool:
    """Whether one could listen there at this moment. Another process may still be faster."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError:
        return False
    return True
