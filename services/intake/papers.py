"""The sample papers applicants can download (S0-7.4.2b): plain text in the folder `papers`, as a Word file.

First line of a text: the title. Lines that begin with `# ` are headings; the rest are paragraphs.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from shared.errors import NotFound

_FOLDER = Path(__file__).parent / "papers"
_ROOT = "http://schemas.openxmlformats.org"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Paper:
    """One sample paper: its material's code, title and lines."""

    code: str
    title: str
    lines: tuple[str, ...]


@lru_cache
def paper(code: str) -> Paper:
    """The sample paper of a material group; raises NotFound."""
    path = next((p for p in _FOLDER.glob("*.txt") if p.stem == code), None)
    if path is None:
        raise NotFound
    title, *lines = path.read_text(encoding="utf-8").splitlines()
    return Paper(code, title, tuple(lines))


def as_docx(chosen: Paper) -> bytes:
    """The paper as a Word file; the same paper gives the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", _content_types()),
            ("_rels/.rels", _relations()),
            ("word/document.xml", _document(chosen)),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), _HEADER + text)
    return content.getvalue()


def _content_types() -> str:
    return (
        f'<Types xmlns="{_ROOT}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
    )


def _relations() -> str:
    kind = f"{_ROOT}/officeDocument/2006/relationships/officeDocument"
    return (
        f'<Relationships xmlns="{_ROOT}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="word/document.xml"/></Relationships>'
    )


def _document(chosen: Paper) -> str:
    body = _paragraph(chosen.title, size=36, centred=True)
    for line in chosen.lines:
        heading = line.startswith("# ")
        body += _paragraph(line.removeprefix("# "), size=28 if heading else 24, bold=heading)
    return f'<w:document xmlns:w="{_ROOT}/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'


def _paragraph(text: str, size: int, *, bold: bool = False, centred: bool = False) -> str:
    layout = '<w:pPr><w:jc w:val="center"/></w:pPr>' if centred else ""
    weight = "<w:b/>" if bold or centred else ""
    font = '<w:rFonts w:ascii="SimSun" w:hAnsi="SimSun" w:eastAsia="宋体"/>'
    look = f'<w:rPr>{font}{weight}<w:sz w:val="{size}"/></w:rPr>'
    return f'<w:p>{layout}<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
