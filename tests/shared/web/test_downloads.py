"""Names of downloads: whatever somebody called a file, the header stays one header."""

from io import BytesIO

import pytest
from flask import Flask, send_file
from hypothesis import given
from hypothesis import strategies as st

from shared.web.downloads import safe_name

APP = Flask("depot")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("身份证 正面.jpg", "身份证 正面.jpg"),
        ("a\r\nSet-Cookie: fayuan=x\r\n\r\n<script>.pdf", "aSet-Cookie fayuan=xscript.pdf"),
        ("../../etc/passwd", "etcpasswd"),
        ("C:\\fakepath\\a.pdf", "Cfakepatha.pdf"),
        ('say "hi".pdf', "say hi.pdf"),
        ("paper\u202egpj.exe", "papergpj.exe"),
        ("x" * 149 + "y", "x" * 149 + "y"),
        ("x" * 200 + ".pdf", "x" * 146 + ".pdf"),
        ("x" * 200, "x" * 150),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_what_means_something_to_headers_and_disks_is_left_out(name: str, shown: str) -> None:
    assert safe_name(name) == shown


@given(st.text())
def test_any_name_makes_one_header(name: str) -> None:
    with APP.test_request_context("/"):
        answer = send_file(BytesIO(b"x"), "text/plain", as_attachment=True, download_name=safe_name(name))
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert "\n" not in header
    assert "\r" not in header
    assert len(safe_name(name)) <= 150
