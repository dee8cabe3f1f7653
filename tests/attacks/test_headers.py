"""Headers and addresses that an attacker writes: file names, ways back, hosts."""

from __future__ import annotations

import pytest

from demo.answers import PDF
from tests.attacks.ground import EVIL_FILE, Ground

ELSEWHERE = (
    "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "https:evil.test", "https://evil.test",
    "/\t/evil.test", "/\n/evil.test", "/%0d%0aSet-Cookie:%20x=1", "/x\r\nSet-Cookie: x=1", " //evil.test",
    "/\u2028/evil.test", "javascript:alert(1)", "data:text/html,x", "/..//evil.test", "/.//evil.test",
    "http:///evil.test", "@evil.test",
    "/\u2215evil.test", "//\uff0fevil.test", "/%2f/evil.test", "/%5cevil.test",
    "/" + "a" * 5000,
)  # fmt: skip
"""Where somebody might be led after the login."""


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_way_back_leads_to_another_site(target: str, ground: Ground) -> None:
    """The answer stays here and carries no header of the attacker's."""
    for answer in (
        ground.ask(None, "GET", "/identity/display", params={"next": target, "text_size": "large"}),
        ground.ask("clerk", "GET", "/identity/login", params={"next": target}),
    ):
        location = answer.headers["Location"]
        assert answer.status_code in (302, 303)
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert "x" not in answer.cookies
        met = ground.http.build_request("GET", "http://127.0.0.1/identity/login").url.join(location)
        assert met.host == "127.0.0.1"


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1@evil.test", "evil.test:80", "a b", "[::1", "evil.test/x"]
)
def test_a_host_of_the_attackers_stands_in_no_answer(host: str, ground: Ground) -> None:
    headers = {
        "Host": host,
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.test",
    }
    for login, path in ((None, "/intake/"), ("clerk", "/workflow/tasks"), (None, "/workflow/tasks")):
        answer = ground.ask(login, "GET", path, headers=headers)
        assert answer.status_code < 500
        assert "evil.test" not in answer.text + str(answer.headers)


NAMES = (
    "../../../../etc/passwd.pdf", "..\\..\\windows\\win.ini.pdf", "/etc/cron.d/x.pdf", "C:\\boot.pdf",
    "a\r\nSet-Cookie: x=1.pdf", "a\nContent-Type: text/html.pdf", 'a"; filename="evil.html.pdf', "a;b.pdf",
    "a\u202egpj.exe.pdf", "\u2028.pdf", "x" * 400 + ".pdf", "...pdf", "CON.pdf", EVIL_FILE,
    "%0d%0aX-Evil: 1.pdf",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_is_no_path_and_no_header(name: str, ground: Ground) -> None:
    """It lands nowhere but in the store, under its own sum, and comes back as one name in one header."""
    before = {path for path in ground.folder.rglob("*") if path.is_file()}
    address = f"/workflow/api/tasks/{ground.found['task']}/files"
    me = ground.found["handler"]
    sent = ground.ask(me, "POST", address, files={"file": (name, PDF, "text/html")})
    assert sent.status_code == 201, sent.text
    new = {path for path in ground.folder.rglob("*") if path.is_file()} - before
    assert all(path.is_relative_to(ground.folder / "files") or ".db" in path.name for path in new)
    got = ground.ask(me, "GET", f"/workflow/files/{sent.json()['id']}")
    said = got.headers["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert not {"\r", "\n", "/", "\\"} & set(said.replace("UTF-8''", ""))
    assert "x-evil" not in got.headers
    assert "set-cookie" not in got.headers
    assert got.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in got.headers["Content-Security-Policy"]


BOMBS = {
    "entities": '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><definitions>&b;</definitions>',
    "a file of ours": '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>',
    "a site": '<!DOCTYPE d SYSTEM "http://evil.test/d.dtd"><definitions/>',
    "very deep": "<definitions>" + "<a>" * 50_000 + "</a>" * 50_000 + "</definitions>",
    "no XML": "PK\x03\x04", "another language": '<?xml version="1.0" encoding="utf-7"?><definitions/>',
    "an inclusion": '<definitions xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" '
    'parse="text"/></definitions>',
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("ending", ["bpmn", "dmn"])
def test_a_model_that_bursts_or_reads_elsewhere_is_refused(name: str, ending: str, ground: Ground) -> None:
    file = {"resources": (f"../../x.{ending}", BOMBS[name].encode(), "text/xml")}
    answer = ground.ask("process_owner", "POST", "/v2/deployments", files=file)
    assert answer.status_code == 400
    assert "root:" not in answer.text
