"""The borders of the system, held by tests."""

import ast
import importlib
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from flask import Flask
from lxml import etree

import shared.contracts  # noqa: F401
from services.system import SERVICES, service
from shared.messaging.contract import Answer, Command, Event, message_classes
from shared.settings import Settings

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    p for folder in ("services", "shared") for p in (ROOT / folder).rglob("*.py") if "versions" not in p.parts
)
TEST_SOURCES = sorted((ROOT / "tests").rglob("*.py"))
MODELS = sorted((ROOT / "workflows").glob("*.bpmn"))
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "constants", "types"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", SOURCES + TEST_SOURCES, ids=relative)
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_functions_stay_small(path: Path) -> None:
    too_long = {}
    for function in functions(path):
        start = function.body[0]
        documented = isinstance(start, ast.Expr) and isinstance(start.value, ast.Constant)
        first = function.body[1].lineno if documented and len(function.body) > 1 else start.lineno
        lines = (function.end_lineno or first) - first + 1
        if lines > 30:
            too_long[function.name] = lines
    assert not too_long


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_drawers(path: Path) -> None:
    assert path.stem not in FORBIDDEN_NAMES
    assert path.parent.name not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_every_module_says_what_it_is(path: Path) -> None:
    if path.read_text().strip():
        assert ast.get_docstring(ast.parse(path.read_text())), "no module docstring"


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.parts[-3] == "services" or "services" in p.parts], ids=relative
)
def test_services_never_commit(path: Path) -> None:
    assert not re.search(r"\.commit\(", path.read_text())


@pytest.mark.parametrize("path", [p for p in SOURCES if relative(p) != "shared/settings.py"], ids=relative)
def test_only_settings_reads_the_environment(path: Path) -> None:
    assert not re.search(r"os\.(environ|getenv)", path.read_text())


CLOCKLESS = re.compile(r"datetime\.now\(|datetime\.utcnow|uuid4\(|random\.|time\.time\(")
MAY_READ_SYSTEM_TIME = {  # leases, tokens, back-off and message times live by the machine's time
    "shared/clock.py", "shared/worker.py", "shared/web/tokens.py",
    "shared/messaging/work.py", "shared/messaging/relay.py",
    "shared/messaging/database_transport.py", "shared/messaging/rabbit_transport.py",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if relative(p) not in MAY_READ_SYSTEM_TIME], ids=relative
)
def test_time_and_chance_come_in_from_outside(path: Path) -> None:
    assert not CLOCKLESS.search(path.read_text())


def spiff_importers() -> list[str]:
    return [
        relative(p) for p in SOURCES if re.search(r"^\s*(from|import) SpiffWorkflow", p.read_text(), re.M)
    ]


def test_the_engine_library_stays_in_the_engine() -> None:
    importers = spiff_importers()
    assert importers
    assert all(p.startswith("services/workflow/engine/") for p in importers)


def test_every_service_has_the_same_shape() -> None:
    for name in SERVICES:
        folder = ROOT / "services" / name
        assert service(name).name == name
        assert (folder / "models.py").exists() or (folder / "models").is_dir()
        assert (folder / "migrations" / "versions").is_dir()
        assert len((importlib.import_module(f"services.{name}").__doc__ or "").splitlines()) >= 3


def test_every_command_has_exactly_one_accepting_service() -> None:
    accepted = Counter(c.NAME for n in SERVICES for c in service(n).handlers if issubclass(c, Command))
    assert {c.NAME for c in message_classes(Command)} == set(accepted)
    assert all(count == 1 for count in accepted.values())
    for name in SERVICES:
        for cls in service(name).handlers:
            if issubclass(cls, Command):
                assert cls.NAME.startswith(f"{name}.")


def test_every_answer_and_event_has_a_listener() -> None:
    heard = {c.NAME for n in SERVICES for c in service(n).handlers}
    mechanism = {"identity.session_ended", "identity.roles_changed"}
    assert {c.NAME for c in message_classes(Answer)} - heard - mechanism == set()
    assert {c.NAME for c in message_classes(Event)} - heard == set()


def task_types(model: Path) -> set[str]:
    tree = etree.parse(model)
    return {t.get("type", "") for t in tree.iter(f"{ZEEBE}taskDefinition")}


@pytest.mark.parametrize("model", MODELS, ids=relative)
def test_every_name_in_a_diagram_resolves(model: Path) -> None:
    tree = etree.parse(model)
    commands = {c.NAME for c in message_classes(Command)}
    assert task_types(model) <= commands
    forms = {f.get("formId") for f in tree.iter(f"{ZEEBE}formDefinition")}
    assert all((ROOT / "workflows" / "forms" / f"{form}.form").exists() for form in forms)
    called = {c.get("processId") for c in tree.iter(f"{ZEEBE}calledElement")}
    assert all((ROOT / "workflows" / f"{process}.bpmn").exists() for process in called)
    decided = {d.get("decisionId") for d in tree.iter(f"{ZEEBE}calledDecision")}
    files = [etree.parse(path) for path in (ROOT / "workflows" / "decisions").glob("*.dmn")]
    assert decided <= {d.get("id") for file in files for d in file.iter("{*}decision")}
    assert model.stem in {p.get("id") for p in tree.iter(f"{BPMN}process")}


def test_every_setting_is_documented() -> None:
    example = (ROOT / ".env.example").read_text()
    for name in Settings.__dataclass_fields__:
        assert name.upper() in example


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_demands_a_right_or_is_on_the_open_list(name: str, system_apps: dict[str, Flask]) -> None:
    app = system_apps[name]
    bare = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    assert bare == []


def test_compose_has_web_and_worker_for_every_service() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name in SERVICES:
        assert f"{name}-web" in services
        assert f"{name}-worker" in services


def test_sources_speak_of_the_project_alone() -> None:
    banned = re.compile(r"/work/|\bTODO\b|\bFIXME\b")
    own = Path(__file__)
    texts = [p for p in ROOT.rglob("*") if p.suffix in {".py", ".md", ".bpmn", ".yaml", ".yml", ".html"}]
    tracked = [p for p in texts if not {"var", "node_modules", ".venv", ".git"} & set(p.parts) and p != own]
    assert [relative(p) for p in tracked if banned.search(p.read_text())] == []
