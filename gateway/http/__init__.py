"""The gateway's HTTP side: everything between a socket and the schema. Start reading at `application.py`."""
