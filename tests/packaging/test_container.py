"""The Dockerfile without Docker: its lines are checked, and its steps are run in a clean virtual environment."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
STAGES = re.split(r"(?m)^(?=FROM )", "\n".join(LINES))[1:]
CONFIG = '[[providers]]\nname = "acme"\nkind = "buildkite"\ntoken_env = "ACME_TOKEN"\n'


def instructions(stage: str, word: str) -> list[str]:
    return [line.removeprefix(f"{word} ").strip() for line in stage.splitlines() if line.startswith(f"{word} ")]


def test_bases_are_versions_and_small() -> None:
    bases = [stage.split()[1] for stage in STAGES]

    assert len(bases) == 3
    assert all(re.fullmatch(r"(python|node):\d+(\.\d+)?-slim", base) for base in bases)


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert instructions(STAGES[-1], "USER") == ["10001:10001"]
    assert instructions(STAGES[-1], "RUN") == []


def test_the_store_lies_in_a_volume_that_the_user_may_write_to() -> None:
    (volume,) = instructions(STAGES[-1], "VOLUME")
    (owned,) = (line for line in instructions(STAGES[-1], "COPY") if "--chown" in line)
    (environment,) = instructions(STAGES[-1], "ENV")
    user = instructions(STAGES[-1], "USER")[0]

    assert f"GATEWAY_STORE__DATA_DIR={volume} " in environment
    assert owned.split() == ["--from=build", f"--chown={user}", "/opt/gateway-data", volume]
    assert "mkdir /opt/gateway-data" in instructions(STAGES[1], "RUN")


def test_health_is_asked_of_the_live_probe() -> None:
    (check,) = instructions(STAGES[-1], "HEALTHCHECK")

    assert "/health/live" in check


def test_what_is_installed_is_locked() -> None:
    installs = [line for line in LINES if "pip install" in line]

    assert len(installs) == 2
    assert "--require-hashes -r requirements.txt" in installs[0]
    assert "--no-deps --no-build-isolation ." in installs[1]
    assert "npm ci" in STAGES[0]


def test_what_is_copied_is_let_in() -> None:
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")]
    copied = [word for line in LINES if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]]

    assert {path.split("/")[0] for path in copied} == set(let_in)
    assert [path for path in copied if not (ROOT / path).exists()] == []


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The virtual environment that the build stage makes, outside of the checkout. About half a minute, once for all processes of
    a run.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "image"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            make(folder / "src", folder / "venv")
            (folder / "made").touch()
    return folder / "venv"


def make(source: Path, environment: Path) -> None:
    copy_of_checkout(source)
    for step in instructions(STAGES[1], "RUN"):
        command = step.replace("/opt/gateway", str(environment)).replace("python -m venv", f"{sys.executable} -m venv")
        finished = subprocess.run(  # noqa: S602  the Dockerfile's own lines
            command, shell=True, cwd=source, capture_output=True, text=True, check=False, timeout=300, env=clean_environment()
        )
        assert finished.returncode == 0, f"{command}\n{finished.stdout}{finished.stderr}"
    shutil.rmtree(source)


def copy_of_checkout(target: Path) -> None:
    def kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        return None if Path(member.name).name in {"node_modules", "__pycache__"} else member

    target.mkdir()
    archive = target / "source.tar"
    with tarfile.open(archive, "w") as tar:
        for name in ("pyproject.toml", "README.md", "requirements.txt", "requirements-build.txt", "gateway", "schema"):
            tar.add(ROOT / name, name, filter=kept)
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")


def clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GATEWAY_", "VIRTUAL_ENV"))}
    return kept | {"ACME_TOKEN": "token"}


def run(installed: Path, *arguments: str, program: str = "cicd-gateway") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own command
        [installed / "bin" / program, *arguments],
        cwd=installed,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_installed_command_says_what_it_can_do(installed: Path) -> None:
    result = run(installed, "--help")

    assert result.returncode == 0
    assert [word for word in ("serve", "simulate", "check-config", "schema") if word not in result.stdout] == []


def test_the_installed_command_prints_the_schema(installed: Path) -> None:
    assert run(installed, "schema").stdout == (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")


def test_the_installed_command_checks_a_configuration(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text(CONFIG, encoding="utf-8")

    result = run(installed, "check-config", "--config", str(tmp_path / "gateway.toml"))

    assert (result.returncode, "acme" in result.stdout) == (0, True)


def test_data_files_are_installed_and_sources_of_the_ide_are_not(installed: Path) -> None:
    packages = next(installed.glob("lib/python*/site-packages"))

    for name in ("schema/schema.graphql", "schema/py.typed", "gateway/py.typed", "gateway/cli/demo.toml"):
        assert (packages / name).is_file(), name
    if (ROOT / "gateway" / "http" / "ide" / "static" / "index.html").is_file():
        assert (packages / "gateway" / "http" / "ide" / "static" / "index.html").is_file()
    assert not (packages / "gateway" / "http" / "ide" / "package.json").exists()
    assert not (packages / "tests").exists()


def test_the_installed_simulators_start(installed: Path) -> None:
    result = run(installed, "-c", "import gateway.cli.simulators as s; print(len(s.definitions()))", program="python")

    assert result.stdout.strip() == "5", result.stderr


def test_the_installed_store_makes_its_tables(installed: Path, tmp_path: Path) -> None:
    """Migrations are found by their folder, so they must be installed as files."""
    program = """
import asyncio, sys
from gateway.store.store import Store

async def use():
    async with Store(sys.argv[1]) as store:
        print(await store.ledger.count_pipelines("homegrown"))

asyncio.run(use())
"""

    result = run(installed, "-c", program, str(tmp_path / "gateway.sqlite3"), program="python")

    assert (result.returncode, result.stdout.strip()) == (0, "0"), result.stderr


def test_the_installed_gateway_is_the_one_that_runs(installed: Path) -> None:
    result = run(installed, "-c", "import gateway, schema; print(gateway.__file__, schema.__file__)", program="python")

    assert all(path.startswith(str(installed)) for path in result.stdout.split()), result.stdout
