import time
from collections.abc import Callable

import httpx
import pytest

from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.simulation.echo_vendor import EchoApp


def eventually(condition: Callable[[], bool]) -> bool:
    """Waits for another thread, at most 2 s."""
    deadline = time.monotonic() + 2
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)
    return condition()


def test_a_call_is_recorded_with_its_raw_path_and_without_the_credential(simulator: RunningSimulator, client: httpx.Client) -> None:
    client.post("/things/shop%2Fdeploy?a=1&b=%2F", content=b"hello", headers={"Authorization": "Bearer secret"})

    [call] = simulator.control.calls
    assert (call.method, call.raw_path, call.query) == ("POST", "/v1/things/shop%2Fdeploy", "a=1&b=%2F")
    assert (call.status, call.body, call.fault) == (200, b"hello", None)
    assert call.headers["authorization"] == "[redacted]"
    assert simulator.control.calls_total == 1


def test_an_encoded_slash_stays_in_its_segment(client: httpx.Client) -> None:
    answer = client.get("/things/shop%2Fdeploy%2520x?a=%2F&a=").json()

    assert answer["name"] == "shop/deploy%20x"
    assert answer["query"] == [["a", "/"], ["a", ""]]


def test_unknown_routes_and_wrong_methods_are_told_apart(client: httpx.Client) -> None:
    assert client.get("/nothing").json() == {"message": "UnknownRoute"}
    assert client.get("/things/").json() == {"message": "UnknownRoute"}
    assert client.delete("/things/x").json() == {"message": "WrongMethod"}


def test_status_fault_answers_as_scripted_and_does_not_perform(simulator: RunningSimulator, client: httpx.Client) -> None:
    app = simulator.app
    assert isinstance(app, EchoApp)
    app.performed.clear()
    simulator.control.add_fault(
        Fault("/things/", "status", status=429, headers={"Retry-After": "7"}, body='{"message":"slow"}', times=1, skip=1)
    )

    answers = [client.get("/things/a"), client.get("/things/b"), client.get("/things/c")]

    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert answers[1].headers["retry-after"] == "7"
    assert answers[1].json() == {"message": "slow"}
    assert app.performed == ["GET a", "GET c"]
    assert [call.fault for call in simulator.control.calls] == [None, "status", None]


def test_status_fault_can_perform_first_and_looks_at_the_method(simulator: RunningSimulator, client: httpx.Client) -> None:
    app = simulator.app
    assert isinstance(app, EchoApp)
    app.performed.clear()
    simulator.control.add_fault(Fault("/things/", "status", method="POST", status=502, perform=True))

    assert client.get("/things/a").status_code == 200
    assert client.post("/things/b").status_code == 502
    assert app.performed == ["GET a", "POST b"]


def test_cut_fault_announces_the_whole_body_and_sends_half(simulator: RunningSimulator, client: httpx.Client) -> None:
    simulator.control.add_fault(Fault("/rows", "cut", times=1))

    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        client.get("/rows")

    assert client.get("/rows").status_code == 200


def test_html_fault(simulator: RunningSimulator, client: httpx.Client) -> None:
    simulator.control.add_fault(Fault("/rows", "html"))

    answer = client.get("/rows")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!DOCTYPE html>")


def test_wrong_types_fault(simulator: RunningSimulator, client: httpx.Client) -> None:
    simulator.control.add_fault(Fault("/rows", "wrong_types", times=1))
    simulator.control.add_fault(Fault("/rows", "wrong_types", fields=("id",), row=1))

    everything, one_field = client.get("/rows").json(), client.get("/rows").json()

    assert everything[0] == {"id": {"unexpected": True}, "name": 7, "on": "perhaps", "none": None}
    assert [row["id"] for row in one_field] == [0, {"unexpected": True}, 2]
    assert one_field[1]["name"] == "row 1"


def test_hang_fault_lasts_until_the_client_gives_up(simulator: RunningSimulator, client: httpx.Client) -> None:
    simulator.control.add_fault(Fault("/rows", "hang"))

    with pytest.raises(httpx.ReadTimeout):
        client.get("/rows", timeout=0.05)

    assert eventually(lambda: simulator.control.in_flight == 0)
    assert simulator.control.calls[0].status is None


def test_drop_after_read_performs_and_closes(simulator: RunningSimulator, client: httpx.Client) -> None:
    app = simulator.app
    assert isinstance(app, EchoApp)
    app.performed.clear()
    simulator.control.add_fault(Fault("/things/", "drop_after_read", times=1))

    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without"):
        client.post("/things/a", content=b"x" * 100_000)

    assert app.performed == ["POST a"]


def test_latency_by_route_outranks_the_general_one(simulator: RunningSimulator, client: httpx.Client) -> None:
    simulator.control.set_latency(0.06)
    simulator.control.set_latency(0.001, "/things/")

    started = time.monotonic()
    client.get("/things/a")
    routed = time.monotonic() - started
    client.get("/rows")
    simulator.control.set_latency(0)

    assert routed < 0.05
    assert time.monotonic() - started >= 0.06


def test_open_connections_counts_client_sockets(simulator: RunningSimulator, client: httpx.Client) -> None:
    client.get("/rows")
    assert simulator.control.open_connections >= 1

    client.close()

    assert eventually(lambda: simulator.control.open_connections == 0)


def test_control_routes_do_the_same_from_outside(simulator: RunningSimulator, client: httpx.Client) -> None:
    root = simulator.origin + "/__control"

    before = client.get(f"{root}/state").json()["now"]
    moved = client.post(f"{root}/clock", json={"advance_seconds": 90}).json()["now"]
    assert client.post(f"{root}/faults", json={"route": "/rows", "kind": "status", "status": 503}).status_code == 204
    assert client.post(f"{root}/rate_limit", json={"enabled": True}).status_code == 204
    assert client.post(f"{root}/latency", json={"seconds": 0.001, "route": "/rows"}).status_code == 204
    failed = client.get("/rows").status_code
    state = client.get(f"{root}/state").json()
    calls = client.get(f"{root}/calls").json()
    assert client.delete(f"{root}/faults").status_code == 204
    assert client.delete(f"{root}/calls").status_code == 204

    assert before < moved
    assert failed == 503
    assert (state["calls_total"], state["rate_limit_enabled"], len(state["faults"])) == (1, True, 1)
    assert [(call["raw_path"], call["status"]) for call in calls] == [("/v1/rows", 503)]
    assert simulator.control.calls == []
    assert client.get("/rows").status_code == 200


def test_control_routes_refuse_nonsense(simulator: RunningSimulator, client: httpx.Client) -> None:
    root = simulator.origin + "/__control"

    assert client.post(f"{root}/faults", json={"route": "(", "kind": "hang"}).status_code == 400
    assert client.post(f"{root}/faults", json={"route": "x", "kind": "meteor"}).status_code == 400
    assert client.post(f"{root}/latency", content=b"{").status_code == 400


def test_a_vendor_may_add_control_routes_which_are_not_recorded(simulator: RunningSimulator, client: httpx.Client) -> None:
    assert client.post(simulator.origin + "/__control/extra").status_code == 200
    assert client.post(simulator.origin + "/__control/absent").status_code == 404
    assert simulator.control.calls == []
