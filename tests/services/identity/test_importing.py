"""People from a spreadsheet: what is wrong is said at the cell, nothing is half done, nothing is kept."""

import io
import re
import zipfile
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

from services.identity.models import Person
from services.identity.people.sheets import HEADS, MOST_BYTES, MOST_ROWS, SheetUnreadable, read_sheet
from shared.contracts.identity import PersonChanged
from tests.rig import Bench
from tests.services.identity.conftest import claims_of, join, logged_in, person_of, post

HEAD = list(HEADS.values())
ANNA = ["贾安", "import.a", "13800000071", "示范市法律援助中心", "受理人员、归档人员"]
BEN = ["贾本", "import.b", "13800000072", "/demo-city/firm-a/", "承办人员"]


@pytest.fixture
def admin(bench: Bench) -> FlaskClient:
    return logged_in(bench, "administrator")


def text(*rows: Sequence[object], encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(",".join(str(cell) for cell in row) for row in rows).encode(encoding)


def workbook(*rows: Sequence[object]) -> bytes:
    book, kept = Workbook(), io.BytesIO()
    for row in rows:
        assert book.active is not None
        book.active.append(list(row))
    book.save(kept)
    return kept.getvalue()


def upload(client: FlaskClient, content: bytes) -> TestResponse:
    data = {"csrf_token": claims_of(client)["csrf"], "file": (io.BytesIO(content), "people")}
    return client.post("/identity/people/import", data=data, content_type="multipart/form-data")


def confirm(client: FlaskClient, preview: TestResponse, rows: str = "all") -> TestResponse:
    sealed = re.search(r'name="sealed" value="([^"]+)"', preview.text)
    return post(client, "/identity/people/import/confirm", sealed=sealed[1] if sealed else "", rows=rows)


def people(bench: Bench) -> int:
    with bench.runtime.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_right_list_is_done_in_one_act(bench: Bench, admin: FlaskClient, encoding: str) -> None:
    before = people(bench)
    preview = upload(admin, text(HEAD, ANNA, BEN, encoding=encoding))
    assert "新邀请 2 人，已有、不变 0 人，有错 0 行" in preview.text
    assert people(bench) == before
    slips = confirm(admin, preview)
    codes = re.findall(r"<strong>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</strong>", slips.text)
    assert (len(codes), people(bench)) == (2, before + 2)
    assert {r["role"] for r in bench.emitted(PersonChanged)[-2].roles} == {"clerk", "archivist"}
    assert join(bench, codes[1]).status_code == 303
    assert person_of(bench, "import.b").state == "active"


def test_the_same_list_again_changes_nothing(bench: Bench, admin: FlaskClient) -> None:
    confirm(admin, upload(admin, workbook(HEAD, ANNA, BEN)))
    said = len(bench.emitted())
    preview = upload(admin, workbook(HEAD, ANNA, BEN))
    assert "新邀请 0 人，已有、不变 2 人，有错 0 行" in preview.text
    assert confirm(admin, preview).headers["Location"] == "/identity/people?done=imported"
    assert len(bench.emitted()) == said


def test_a_number_cell_is_a_phone_number_and_a_formula_is_not_worked_out(admin: FlaskClient) -> None:
    numeric = [*ANNA[:2], 13800000071, *ANNA[3:]]
    page = upload(admin, workbook(HEAD, numeric, ["=1+1", *BEN[1:]])).text
    assert "新邀请 1 人，已有、不变 0 人，有错 1 行" in page
    assert "这一格是公式，请改成文字。" in page


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "", "请填写姓名。"),
        (0, "=HYPERLINK(1)", "这一格是公式"),
        (1, "名字", "登录名只能用字母"),
        (1, "clerk", "这个登录名已经有人使用。"),
        (1, "import.a", "登录名和第 2 行相同。"),
        (2, "1380000", "请填写 11 位手机号码"),
        (3, "没有的机构", "没有这个机构，或者不归您管理。"),
        (3, "/public/", "没有这个机构，或者不归您管理。"),
        (4, "国王", "没有这个角色：国王。"),
        (4, "", "请选择角色。"),
        (4, "申请人", "没有这个角色：申请人。"),
        (4, "受理人员", "受理人员这个角色不能设在律师事务所。"),
    ],
)
def test_each_mistake_is_said_at_its_cell(admin: FlaskClient, column: int, value: str, said: str) -> None:
    row = [*BEN[:column], value, *BEN[column + 1 :]]
    page = upload(admin, text(HEAD, ANNA, row)).text
    cells = [
        re.sub(r"<[^>]+>", "", cell).strip()
        for cell in re.findall(r'role="cell"[^>]*>(.*?)</td>', page, re.S)
    ]
    at = next(number for number, cell in enumerate(cells) if said in cell)
    assert cells[at - 2 : at] == ["3", HEAD[column]]


def test_with_mistakes_nothing_is_done_unless_the_right_rows_are_asked_for(
    bench: Bench, admin: FlaskClient
) -> None:
    before = people(bench)
    preview = upload(admin, text(HEAD, ANNA, [*BEN[:4], "国王"]))
    assert confirm(admin, preview, "all").status_code == 422
    assert people(bench) == before
    assert confirm(admin, preview, "right").status_code == 200
    assert people(bench) == before + 1
    assert person_of(bench, "import.a").state == "invited"


def test_what_happened_since_the_preview_counts(bench: Bench, admin: FlaskClient) -> None:
    preview = upload(admin, text(HEAD, ANNA))
    form = {
        "login": "import.a",
        "name": "贾先到",
        "phone": "13800000079",
        "organisation": "/demo-city/",
        "role": "expert",
    }
    post(admin, "/identity/people/new", **form)
    answer = confirm(admin, preview)
    assert (answer.status_code, "这个登录名已经有人使用。" in answer.text) == (422, True)
    assert person_of(bench, "import.a").name == "贾先到"


def test_a_preview_serves_only_who_made_it(bench: Bench, admin: FlaskClient) -> None:
    preview, before = upload(admin, text(HEAD, ANNA)), people(bench)
    assert confirm(logged_in(bench, "administrator2"), preview).status_code == 422
    assert post(admin, "/identity/people/import/confirm", sealed="v1.k1.x.y").status_code == 422
    assert people(bench) == before


def test_a_firm_imports_only_its_own_people(bench: Bench) -> None:
    firm = logged_in(bench, "firm_manager")
    page = upload(firm, text(HEAD, ANNA, BEN, [*BEN[:1], "import.c", *BEN[2:4], "系统管理员"])).text
    assert "新邀请 1 人，已有、不变 0 人，有错 2 行" in page
    assert "您不能给予这个角色。" in page


def test_nothing_of_an_upload_is_kept(bench: Bench, admin: FlaskClient) -> None:
    upload(admin, text(HEAD, ANNA))
    stored = b"".join(f.read_bytes() for f in bench.settings.keys_dir.parent.rglob("*") if f.is_file())
    assert "贾安".encode() not in stored
    assert b"import.a" not in stored


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "请选择要导入的文件。"),
        (text(HEAD), "文件里只有标题，没有人员。"),
        (b"\r\n\r\n", "文件是空的。"),
        (text(HEAD[:4], ANNA[:4]), "请检查：角色。"),
        (text([*HEAD, "姓名"], ANNA), "请检查：姓名。"),
        (b"\xff\xfe\x00\x01", "读不出这个文件。"),
        (b"PK\x03\x04 not a workbook", "读不出这个文件。"),
        (b"x" * (MOST_BYTES + 1), "文件不能超过 1 MB。"),
        (text(HEAD, *[ANNA] * (MOST_ROWS + 1)), f"一次最多导入 {MOST_ROWS} 人"),
    ],
    ids=[
        "nothing",
        "heads only",
        "empty",
        "a head missing",
        "a head twice",
        "binary",
        "broken",
        "large",
        "long",
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, said: str) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(content)
    assert said in refused.value.fields["file"][0]


def test_as_many_rows_as_are_allowed_are_read_with_their_numbers() -> None:
    rows = read_sheet(text(HEAD, *[ANNA] * (MOST_ROWS - 1), [""] * 5, BEN))
    assert (len(rows), rows[-1].number) == (MOST_ROWS, MOST_ROWS + 2)


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>',
            "读不出这个文件。",
        ),
        (" " * (21 * MOST_BYTES), "文件展开以后太大"),
    ],
    ids=["entities", "bomb"],
)
def test_malicious_workbooks_are_refused(sheet: str, said: str) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(HEAD, ANNA))) as whole,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for entry in whole.namelist():
            bad.writestr(entry, sheet if entry.endswith("sheet1.xml") else whole.read(entry))
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(packed.getvalue())
    assert said in refused.value.fields["file"][0]


def test_the_templates_are_what_the_import_reads(admin: FlaskClient) -> None:
    answer = admin.get("/identity/people/import/people.xlsx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=people.xlsx"
    book = load_workbook(io.BytesIO(answer.data))
    assert [cell.value for cell in book.worksheets[0][1]] == HEAD
    told = [cell.value for row in book.worksheets[1].iter_rows() for cell in row]
    assert {"示范市法律援助中心", "/demo-city/centre/", "审计人员"} <= set(told)
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(answer.data)
    assert refused.value.fields["file"] == ["文件里只有标题，没有人员。"]
    assert admin.get("/identity/people/import/people.csv").data == text(HEAD) + b"\r\n"
