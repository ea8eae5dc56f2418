"""Changes to artifacts, connections and resources."""

from typing import Any

import pytest

from gateway.providers.talend.simulator.canary import CANARY
from tests.providers.talend.vendor import TASKS, Vendor

CONNECTION = {"name": "returns_box", "app": "SFTP", "parameters": [{"name": "host", "value": "sftp.acme.example"}]}


def connection_body(vendor: Vendor, **changed: Any) -> dict[str, Any]:
    return {**CONNECTION, "workspaceId": vendor.workspace("Production", "Retail Analytics"), **changed}


def test_an_artifact_in_use_is_not_deleted(own_tenant: Vendor) -> None:
    path = f"/artifacts/{own_tenant.artifact('publish_sales_mart')}"

    refused = own_tenant.call("DELETE", path)

    assert refused.status_code == 409
    assert "Publish sales mart" in refused.json()["detail"]
    assert len(own_tenant.get(path)["versions"]) == 6


def test_a_version_is_deleted_unless_a_task_runs_it(own_tenant: Vendor) -> None:
    path = f"/artifacts/{own_tenant.artifact('publish_sales_mart')}"
    versions = own_tenant.get(path)["versions"]
    used = own_tenant.get(f"{TASKS}/{own_tenant.task('Publish sales mart')}")["artifact"]["version"]

    assert own_tenant.status("DELETE", f"{path}/versions/{used}") == 409
    assert own_tenant.status("DELETE", f"{path}/versions/{versions[0]}") == 204
    assert own_tenant.get(path)["versions"] == versions[1:]
    assert own_tenant.status("DELETE", f"{path}/versions/{versions[0]}") == 404


def test_an_unused_artifact_goes_with_all_versions(own_tenant: Vendor) -> None:
    whole = f"/artifacts/{own_tenant.artifact('invoice_archive_route')}"
    by_version = f"/artifacts/{own_tenant.artifact('try_new_crm_extract', 'Development')}"
    (only,) = own_tenant.get(by_version)["versions"]

    assert own_tenant.status("DELETE", whole) == 204
    assert own_tenant.status("DELETE", f"{by_version}/versions/{only}") == 204
    assert [own_tenant.status("GET", path) for path in (whole, by_version)] == [404, 404]


@pytest.mark.parametrize("status", [200, 201])
def test_a_connection_is_created_with_either_documented_status(own_tenant: Vendor, status: Any) -> None:
    own_tenant.settings.created_status = status

    answer = own_tenant.call("POST", "/connections", json=connection_body(own_tenant))

    assert answer.status_code == status
    assert own_tenant.get(f"/connections/{answer.json()['id']}") == answer.json()
    assert answer.json()["createDate"] == "2026-03-02T12:00:00.000Z"


def test_names_of_connections_are_unique_within_a_workspace(own_tenant: Vendor) -> None:
    finance = own_tenant.workspace("Production", "Finance")
    taken = connection_body(own_tenant, name="crm")

    assert own_tenant.status("POST", "/connections", json=taken) == 409
    assert own_tenant.status("POST", "/connections", json={**taken, "workspaceId": finance}) == 201
    assert own_tenant.status("PUT", f"/connections/{own_tenant.connection('mail_relay')}", json={"name": "crm"}) == 409


@pytest.mark.parametrize("change", [{"workspaceId": "x"}, {"name": ""}, {"parameters": None}, {"parameters": [{"value": "x"}]}])
def test_a_connection_with_a_bad_body_is_not_created(tenant: Vendor, change: dict[str, Any]) -> None:
    assert tenant.status("POST", "/connections", json=connection_body(tenant, **change)) == 400


def test_an_encrypted_parameter_never_comes_back_in_clear_text(own_tenant: Vendor) -> None:
    path = f"/connections/{own_tenant.connection('mail_relay')}"
    parameters = [{"name": "user", "value": "robot"}, {"name": "password", "value": "clear-text", "encrypted": True}]

    updated = own_tenant.call("PUT", path, json={"parameters": parameters})

    assert "clear-text" not in updated.text
    assert [parameter["name"] for parameter in updated.json()["parameters"]] == ["user", "password"]
    assert own_tenant.get(path)["parameters"][1] == {"name": "password", "value": f"{{cipher}}{CANARY}", "encrypted": True}


def test_a_connection_that_a_task_uses_is_not_deleted(own_tenant: Vendor) -> None:
    created = own_tenant.call("POST", "/connections", json=connection_body(own_tenant)).json()["id"]

    assert own_tenant.status("DELETE", f"/connections/{own_tenant.connection('crm')}") == 409
    assert [own_tenant.status("DELETE", f"/connections/{created}") for _ in range(2)] == [204, 404]


def test_connections_and_resources_move_inside_their_environment(own_tenant: Vendor) -> None:
    finance, staging = own_tenant.workspace("Production", "Finance"), own_tenant.workspace("Staging", "Retail Analytics")
    for path, key in (
        (f"/connections/{own_tenant.connection('mail_relay')}", "workspace"),
        (f"/resources/{own_tenant.resource('export_folder')}", "workspaceInfo"),
    ):
        moved = own_tenant.call("PUT", f"{path}/move/{finance}")

        assert moved.json()[key]["id"] == finance
        assert own_tenant.get(path)[key]["name"] == "Finance"
        assert own_tenant.status("PUT", f"{path}/move/{staging}") == 400
        assert own_tenant.status("PUT", f"{path}/move/x") == 404


def test_a_move_to_where_the_name_is_taken_is_a_conflict(own_tenant: Vendor) -> None:
    finance = own_tenant.workspace("Production", "Finance")
    own_tenant.call("POST", "/connections", json=connection_body(own_tenant, name="crm", workspaceId=finance))

    assert own_tenant.status("PUT", f"/connections/{own_tenant.connection('crm')}/move/{finance}") == 409


def resource_form(vendor: Vendor, name: str, content: bytes | None) -> dict[str, Any]:
    workspace = vendor.workspace("Production", "Finance")
    described = f'{{"name": "{name}", "workspaceId": "{workspace}", "description": "Rates"}}'
    parts: dict[str, Any] = {"resource": (None, described.encode())}
    return parts if content is None else {**parts, "file": ("rates.csv", content)}


def test_a_resource_is_uploaded_as_a_form(own_tenant: Vendor) -> None:
    created = own_tenant.call("POST", "/resources", files=resource_form(own_tenant, "rates.csv", b"EUR;1\r\n"))

    assert created.status_code == 201
    assert (created.json()["name"], created.json()["file"], created.json()["description"]) == ("rates.csv", True, "Rates")
    assert own_tenant.get(f"/resources/{created.json()['id']}") == created.json()
    assert own_tenant.status("POST", "/resources", files=resource_form(own_tenant, "rates.csv", None)) == 409
    assert own_tenant.status("POST", "/resources", files={"file": ("x", b"1")}) == 400
    assert own_tenant.status("POST", "/resources", json={"name": "x"}) == 400


def test_a_resource_is_renamed_replaced_and_deleted(own_tenant: Vendor) -> None:
    path = f"/resources/{own_tenant.resource('export_folder')}"

    assert own_tenant.status("PATCH", path, json={"name": "exports.zip"}) == 204
    assert own_tenant.status("PUT", f"{path}/upload", files={"file": ("exports.zip", b"PK")}) == 204
    assert (own_tenant.get(path)["name"], own_tenant.get(path)["file"]) == ("exports.zip", True)
    assert own_tenant.status("PUT", f"{path}/upload", files={"other": ("x", b"1")}) == 400
    assert own_tenant.status("DELETE", path) == 204
    assert own_tenant.status("DELETE", f"/resources/{own_tenant.resource('country_codes.csv')}") == 409


def test_a_file_that_is_too_large_is_413(own_tenant: Vendor) -> None:
    own_tenant.settings.largest_resource_bytes = 3
    path = f"/resources/{own_tenant.resource('export_folder')}/upload"

    assert own_tenant.status("PUT", path, files={"file": ("a", b"1234")}) == 413
    assert own_tenant.status("PUT", path, files={"file": ("a", b"123")}) == 204
