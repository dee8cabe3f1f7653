"""A spreadsheet of people as it is uploaded: rows of text with their numbers. Nothing in it is calculated."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from shared.errors import Invalid

HEADS = {"name": "姓名", "login": "登录名", "phone": "手机号码", "organisation": "所在机构", "role": "角色"}
MOST_BYTES = 1024 * 1024
MOST_ROWS = 200
FORMULA = "="
"""How a formula begins; it is told to the reader as one, never worked out."""

_MOST_UNPACKED = 20 * MOST_BYTES
_MOST_COLUMNS = 30
_LONGEST = 110  # a little more than any field takes, so that what is too long is said so
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError,
    IndexError, EOFError, NotImplementedError,
)  # fmt: skip
"""What the library raises for files it cannot read; with defusedxml installed it refuses XML entities."""


class SheetUnreadable(Invalid):
    """The file cannot be read as a list of people."""

    def __init__(self, zh: str) -> None:
        super().__init__({"file": [zh]})


@dataclass(frozen=True)
class Row:
    """One line of the file: its number as the program that made it shows it, and its cells by field."""

    number: int
    cells: dict[str, str]


def read_sheet(content: bytes) -> list[Row]:
    """The rows below the headings, empty ones left out; raises SheetUnreadable."""
    if not content:
        raise SheetUnreadable("请选择要导入的文件。")
    if len(content) > MOST_BYTES:
        raise SheetUnreadable("文件不能超过 1 MB。")
    lines = _workbook(content) if content.startswith(b"PK") else _text_lines(content)
    numbered = [(number, line) for number, line in enumerate(lines, 1) if any(line)]
    if not numbered:
        raise SheetUnreadable("文件是空的。")
    columns = _columns(numbered[0][1])
    if len(numbered) - 1 > MOST_ROWS:
        raise SheetUnreadable(f"一次最多导入 {MOST_ROWS} 人，请分成几个文件。")
    rows = [
        Row(number, {name: line[at] if at < len(line) else "" for name, at in columns.items()})
        for number, line in numbered[1:]
    ]
    if not rows:
        raise SheetUnreadable("文件里只有标题，没有人员。")
    return rows


def template_workbook(places: Iterable[Sequence[str]], roles: Iterable[str]) -> bytes:
    """An empty list with the headings, and a second sheet with what may be filled in."""
    book = Workbook()
    sheet, words = book.active, book.create_sheet("可以填的机构和角色")
    assert sheet is not None  # a new workbook has one
    sheet.title = "人员"
    for number, head in enumerate(HEADS.values(), 1):
        sheet.cell(1, number, head).font = Font(bold=True)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 22
        sheet.column_dimensions[letter].number_format = "@"  # text: long numbers stay as they are typed
    words.append(["机构名称", "位置（名称相同时填位置）", "", "角色（几个角色用顿号隔开）"])
    listed, named = [tuple(place) for place in places], list(roles)
    for number in range(max(len(listed), len(named))):
        place = listed[number] if number < len(listed) else ("", "")
        words.append([*place, "", named[number] if number < len(named) else ""])
    for row in words.iter_rows():
        for cell in row:
            cell.data_type = "s"  # a name that begins with "=" is a name
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def template_text() -> bytes:
    """The headings as CSV, marked as UTF-8 so that Excel reads them."""
    return (",".join(HEADS.values()) + "\r\n").encode("utf-8-sig")


def _columns(heads: Sequence[str]) -> dict[str, int]:
    missing = [word for word in HEADS.values() if heads.count(word) != 1]
    if missing:
        raise SheetUnreadable(
            f"第一行要有这些标题，每个一列：{'、'.join(HEADS.values())}。请检查：{'、'.join(missing)}。"
        )
    return {name: heads.index(word) for name, word in HEADS.items()}


def _text_lines(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        try:
            lines = list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error:
            break
        return [[_tidy(value) for value in line[:_MOST_COLUMNS]] for line in lines]
    raise SheetUnreadable("读不出这个文件。请另存为 .xlsx 或者 .csv 再上传。")


def _workbook(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > _MOST_UNPACKED:
            raise SheetUnreadable("文件展开以后太大，请只保留人员名单。")
        return list(_cells(content))
    except _BROKEN as error:
        raise SheetUnreadable("读不出这个文件。请用模板填写，另存为 .xlsx 再上传。") from error


def _cells(content: bytes) -> Iterator[list[str]]:
    """The cells of the first sheet, one row more than is allowed at most."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        rows = book.worksheets[0].iter_rows(max_col=_MOST_COLUMNS)
        for row in islice(rows, 10 * MOST_ROWS):
            yield [_cell_text(cell) for cell in row]
    finally:
        book.close()


def _cell_text(cell: Any) -> str:
    value = cell.value
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a phone number that the program took for a number
    return "" if value is None else _tidy(str(value))


def _tidy(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
