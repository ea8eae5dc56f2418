"""The parts of a multipart/form-data body."""

from email.parser import BytesParser
from email.policy import HTTP

from gateway.providers.talend.simulator.errors import bad_request
from gateway.simulation.messages import Request


def form_parts(request: Request) -> dict[str, bytes]:
    """By field name; 400 for another kind of body."""
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        raise bad_request("The body must be multipart/form-data")
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    parts: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            parts[name] = content
    return parts
