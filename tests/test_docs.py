"""The documents say what is there: links, pages, commands, names and accounts."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

import shared.contracts  # noqa: F401  (makes every message known)
from services.intake.wording import STAGE_NAMES
from services.system import SERVICES, service
from shared.contracts.case_states import CASE_STATES
from shared.messaging.contract import Message, message_classes
from shared.rights import ROLES

ROOT = Path(__file__).parent.parent
ROLE_NAMES = {code: role.zh for code, role in ROLES.items()}
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "frontend" / "README.md", *(ROOT / "docs").rglob("*.md")])
PAGES = ROOT / "docs" / "services"
README = (ROOT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:services|shared|tests|workflows|docs|deploy|demo|examples)/[\w./-]*)`")
BUILT = {"shared/web/static/dist/"}
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    titles = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


def is_broken(document: Path, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = document.parent / place if place else document
    return not target.exists() or bool(anchor and anchor not in anchors(target))


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    inside = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in inside if is_broken(document, link)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_paths_named_exist(document: Path) -> None:
    named = PATH.findall(document.read_text(encoding="utf-8"))
    assert [path for path in named if path not in BUILT and not (ROOT / path).exists()] == []


def test_a_broken_link_is_found() -> None:
    assert is_broken(ROOT / "README.md", "docs/nowhere.md")
    assert is_broken(ROOT / "README.md", "#no-such-heading")
    assert not is_broken(ROOT / "README.md", "#full-stack")


def test_every_service_has_a_page() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == set(SERVICES)
    assert [name for name in SERVICES if f"docs/services/{name}.md" not in README] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_page_names_every_message_of_its_service(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    named = set(re.findall(rf"`({name}\.[a-z_]+)`", page))
    contract = {cls.NAME for cls in message_classes(Message) if cls.NAME.startswith(f"{name}.")}
    assert named == contract


@pytest.mark.parametrize("name", SERVICES)
def test_a_page_names_every_table_of_its_service(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert set(service(name).metadata.tables) - set(re.findall(r"`([a-z_]+)`", page)) == set()


def test_every_command_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    documented = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    texts = [document.read_text(encoding="utf-8") for document in DOCUMENTS]
    texts.append((ROOT / ".env.example").read_text(encoding="utf-8"))
    named = {name for text in texts for name in re.findall(r"(?:`|^|; )make ([a-z-]+)", text, re.MULTILINE)}
    assert {"run", "test", "demo", "stack", "clauses", "verify-history"} <= named
    assert named - documented == set()


def glossary_rows() -> list[tuple[str, str]]:
    """Chinese word and code name of every line of the glossary."""
    return re.findall(r"^\| ([^|`]+) \| `([^`|]+)` \|", GLOSSARY, re.MULTILINE)


def source_words() -> set[str]:
    """Every word that stands in the code or in a diagram."""
    folders = ("services", "shared", "workflows", "deploy")
    kinds = {".py", ".bpmn", ".form", ".yaml"}
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    return {word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}


def test_every_code_name_of_the_glossary_occurs_in_the_code() -> None:
    words = source_words()
    assert len(glossary_rows()) > 100
    assert [code for _, code in glossary_rows() if code not in words] == []


def test_the_glossary_has_one_word_per_thing() -> None:
    chinese = Counter(word for words, _ in glossary_rows() for word in words.split("、"))
    code = Counter(code for _, code in glossary_rows())
    assert [name for name, times in code.items() if times > 1] == []
    assert {word for word, times in chinese.items() if times > 1} <= {"申请人"}  # the role, and the party


@pytest.mark.parametrize("named", [CASE_STATES, ROLE_NAMES, STAGE_NAMES], ids=["states", "roles", "stages"])
def test_states_roles_and_stages_are_named_as_in_the_program(named: dict[str, str]) -> None:
    known = {code: word for word, code in glossary_rows() if code in named}
    assert known == named


def test_the_readme_names_every_demo_account() -> None:
    demo = yaml.safe_load((ROOT / "demo" / "people.yaml").read_text(encoding="utf-8"))
    rows = re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \| ([^|]+) \|", README, re.MULTILINE)
    listed = {(role, login) for role, _, logins in rows for login in re.findall(r"`([^`]+)`", logins)}
    people = {(person["role"], person["login"]) for person in demo["people"]}
    clients = {("integration", client["client_id"]) for client in demo["clients"]}
    assert listed == people | clients
    assert {role: word for role, word, _ in rows} == ROLE_NAMES
    assert f"`{demo['password']}`" in README
    assert all(client["secret"] in README for client in demo["clients"])


def test_decisions_are_numbered_without_doubles() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers)
    assert len(numbers) == len(set(numbers))
    assert numbers
