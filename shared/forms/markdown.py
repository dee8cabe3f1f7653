"""The little Markdown that texts in forms may use: headings, lists, bold, links. The rest is plain."""

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\(((?:https?://|/(?!/)|mailto:|tel:)[^\s()]*)\)")
_ITEM = re.compile(r"(?:([-*])|\d{1,2}[.、])\s+(.*)")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")


def marked_up(text: str) -> Markup:
    """HTML of a text: every character escaped first, then the few marks turned into elements.

    Headings begin at level 2, because the page has the only level 1. Links lead to http(s), mail,
    telephone or a path on this site.
    """
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return Markup("\n").join(block for part in blocks if part.strip() for block in _block(part.strip()))


def _block(text: str) -> Iterator[Markup]:
    for kind, lines in groupby(text.split("\n"), _kind):
        parts = list(lines)
        if kind == "heading":
            yield from (_heading(line) for line in parts)
        elif kind == "paragraph":
            yield _paragraph(parts)
        else:
            yield _list(kind, parts)


def _kind(line: str) -> str:
    if _HEADING.fullmatch(line.strip()):
        return "heading"
    item = _ITEM.fullmatch(line.strip())
    if item is None:
        return "paragraph"
    return "bullet" if item[1] else "number"


def _heading(line: str) -> Markup:
    found = _HEADING.fullmatch(line.strip())
    level, words = (found[1], found[2]) if found else ("#", line)
    tag, size = ("h2", "m") if len(level) <= 2 else ("h3", "s")
    return Markup('<{} class="govuk-heading-{}">{}</{}>').format(
        Markup(tag), size, _inline(words), Markup(tag)
    )


def _paragraph(lines: list[str]) -> Markup:
    return Markup('<p class="govuk-body">{}</p>').format(Markup("<br>").join(_inline(line) for line in lines))


def _list(kind: str, lines: list[str]) -> Markup:
    tag = Markup("ul" if kind == "bullet" else "ol")
    texts = (found[2] for found in (_ITEM.fullmatch(line.strip()) for line in lines) if found)
    items = Markup("").join(Markup("<li>{}</li>").format(_inline(text)) for text in texts)
    return Markup('<{} class="govuk-list govuk-list--{}">{}</{}>').format(tag, kind, items, tag)


def _inline(text: str) -> Markup:
    safe = str(escape(text.strip()))
    safe = _BOLD.sub(r"<strong>\1</strong>", safe)
    return Markup(_LINK.sub(r'<a class="govuk-link" href="\2">\1</a>', safe))
