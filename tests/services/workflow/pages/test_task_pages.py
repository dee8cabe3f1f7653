"""A task's page: taking it, filling in its form, and everything that can go wrong with that."""

import io

import pytest

from services.workflow.models import StoredSubmission, Upload
from tests.rig import CASE
from tests.services.workflow.pages.conftest import IDENTITY_FILE, NUMBER, words

PDF = b"%PDF-1.4\n%small\n"


def pdf(name="意见.pdf"):
    return (io.BytesIO(PDF), name)


@pytest.fixture
def ann(desk, browse):
    """A reviewer who has taken the first task."""
    ann = browse("reviewer", who="ann")
    ann.key = desk.task("propose").key
    ann.claim(ann.key)
    return ann


def value(page, name):
    return page.get_element_by_id(f"f-{name}").get("value")


def test_an_offered_task_can_be_taken_but_not_yet_done(desk, browse):
    page = browse("reviewer").get(f"/workflow/tasks/{desk.task('propose').key}")
    assert words(page.xpath("//h1")[0]) == "提出意见"
    for part in (NUMBER, "审查", "剩余 2 天", "审查人员（待认领）"):
        assert part in words(page.xpath("//main")[0])
    assert not page.xpath("//input[@name='opinion']")
    assert page.xpath("//form[contains(@action, '/claim')]")


@pytest.mark.clause("S0-9.3.3")
@pytest.mark.parametrize(
    ("role", "at"), [("approver", None), ("reviewer", "/other-city/"), ("administrator", None)]
)
def test_a_task_of_others_does_not_exist(desk, browse, role, at):
    other, path = browse(role, **({"at": at} if at else {})), f"/workflow/tasks/{desk.task('propose').key}"
    for act in (other.get, other.post):
        act(path)
        assert other.status == 404
    for verb in ("claim", "unclaim"):
        other.post(f"{path}/{verb}")
        assert other.status == 404
    other.get("/workflow/tasks/99999999999999999999")
    assert other.status == 404


def test_a_taken_task_shows_others_no_form(ann, browse):
    page = browse("reviewer", who="ben").get(f"/workflow/tasks/{ann.key}")
    assert "这项任务已由他人认领" in words(page)
    assert not page.xpath("//input[@name='opinion']")


def test_a_task_is_put_back(desk, ann):
    ann.post(f"/workflow/tasks/{ann.key}/unclaim")
    assert ann.status == 200
    assert desk.task("propose").assignee is None


def test_the_form_lists_the_cases_materials_and_shows_no_empty_remark(ann):
    page = ann.get(f"/workflow/tasks/{ann.key}")
    [chosen] = page.xpath("//select[@id='f-items-0-material']/option[@selected]")
    assert (chosen.get("value"), words(chosen)) == ("IDENTITY", "身份证明（已上传 1 份）")
    assert "（没有上传文件）" in words(page)
    assert page.xpath(f"//a[@href='/intake/files/{IDENTITY_FILE}']")[0].text == "身份证.jpg"
    assert "系统检查意见" not in words(page)


def test_a_form_is_handed_in_and_the_next_task_comes(desk, ann):
    page = ann.hand_in(ann.key, opinion="可以")
    assert words(page.xpath("//h1")[0]) == "已记录"
    assert desk.open_tasks() == ["approve"]
    [submission] = desk.submissions()
    assert submission.answers["opinion"] == "可以"


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(desk, ann):
    page = ann.hand_in(ann.key, **{"opinion": "", "items-0-material": "MADE_UP"})
    assert ann.status == 422
    assert words(page.get_element_by_id("f-opinion-error")) == "错误: 请填写此项"
    assert page.xpath("//a[@href='#f-opinion']")
    assert page.xpath("//title")[0].text.startswith("错误：")
    assert desk.rows(StoredSubmission) == []
    again = ann.hand_in(ann.key, **{"opinion": "<b>可以</b>", "items-0-material": ""})
    assert ann.status == 200, words(again)


def test_a_stale_form_keeps_what_was_typed(desk, ann):
    stale = desk.task("propose").revision
    ann.post(f"/workflow/tasks/{ann.key}/unclaim")
    ann.claim(ann.key)
    page = ann.hand_in(ann.key, opinion="写了很久", revision=str(stale))
    assert ann.status == 409
    assert "内容已被他人更新" in words(page)
    assert value(page, "opinion") == "写了很久"
    [now] = page.xpath("//form[@enctype]//input[@name='revision']/@value")
    assert int(now) == desk.task("propose").revision
    ann.hand_in(ann.key, opinion="写了很久")
    assert desk.open_tasks() == ["approve"]


def test_a_task_done_in_another_window_keeps_what_was_typed_too(desk, ann):
    revision = desk.task("propose").revision
    ann.hand_in(ann.key, opinion="第一次")
    page = ann.post(f"/workflow/tasks/{ann.key}", revision=str(revision), opinion="第二次")
    assert ann.status == 409
    assert "已经办结" in words(page)
    assert "第二次" in words(page)
    assert not page.xpath("//input[@name='opinion']")
    assert [s.answers["opinion"] for s in desk.submissions()] == ["第一次"]


def test_anothers_task_cannot_be_handed_in(desk, ann, browse):
    ben = browse("reviewer", who="ben")
    ben.post(f"/workflow/tasks/{ann.key}", revision=str(desk.task("propose").revision), opinion="抢先")
    assert ben.status == 403
    assert desk.submissions() == []


@pytest.mark.parametrize("revision", ["", "x", None])
def test_a_form_without_its_revision_is_refused(desk, ann, revision):
    ann.post(
        f"/workflow/tasks/{ann.key}", opinion="可以", **({} if revision is None else {"revision": revision})
    )
    assert ann.status == 400
    assert desk.submissions() == []


def test_another_row_is_asked_for_without_handing_in(desk, ann):
    page = ann.hand_in(ann.key, opinion="可以", _add="items")
    assert page.xpath("//select[@id='f-items-1-material']")
    assert value(page, "opinion") == "可以"
    assert desk.submissions() == []


def test_files_are_kept_even_when_the_rest_is_wrong(desk, ann):
    page = ann.hand_in(
        ann.key, **{"opinion": "", "papers-upload": pdf(), "items-0-proof-upload": pdf("依据.pdf")}
    )
    assert ann.status == 422
    assert "意见.pdf" in words(page)
    assert "依据.pdf" in words(page)
    [form] = [f for f in page.forms if f.get("action") == f"/workflow/tasks/{ann.key}"]
    ann.post(f"/workflow/tasks/{ann.key}", **{**dict(form.form_values()), "opinion": "可以"})
    [submission] = desk.submissions()
    kept = {upload.name: str(upload.id) for upload in desk.rows(Upload, kept=True)}
    assert submission.answers["papers"] == [kept["意见.pdf"]]
    assert submission.answers["items"][0]["proof"] == [kept["依据.pdf"]]


def test_a_disguised_file_is_refused_at_its_field(desk, ann):
    bad = (io.BytesIO(b"MZ not a document"), "意见.pdf")
    page = ann.hand_in(ann.key, **{"opinion": "可以", "papers-upload": bad})
    assert ann.status == 422
    assert "只能上传" in words(page.get_element_by_id("f-papers-upload-error"))
    assert value(page, "opinion") == "可以"
    assert desk.rows(Upload) == []


def test_a_file_of_another_process_cannot_be_named(desk, ann, browse):
    ann.hand_in(ann.key, **{"opinion": "可以", "papers-upload": pdf()})
    [upload] = desk.rows(Upload)
    desk.start()
    ann.claim(desk.task("propose").key)
    ann.hand_in(desk.task("propose").key, opinion="可以", papers=str(upload.id))
    assert ann.status == 422
    assert len(desk.submissions()) == 1


def test_the_checker_reads_what_is_to_be_checked(desk, ann, browse):
    ann.hand_in(ann.key, **{"opinion": "建议给予援助", "papers-upload": pdf()})
    page = browse("approver", who="ben").get(f"/workflow/tasks/{desk.task('approve').key}")
    said = words(page.xpath("//main")[0])
    assert "提出意见：已填写的内容" in said
    assert "建议给予援助" in said
    assert page.xpath("//a[starts-with(@href, '/workflow/files/')]")[0].text == "意见.pdf"
    assert page.xpath("count(//*[@id='form-fields'])") == 0


def test_what_was_sent_back_comes_with_the_reason_and_the_old_answers(desk, ann, browse):
    ann.hand_in(ann.key, opinion="第一稿")
    ben = browse("approver", who="ben")
    ben.claim(desk.task("approve").key)
    ben.hand_in(desk.task("approve").key, approved="no", remark="理由不够具体")
    key = desk.task("propose").key
    ann.claim(key)
    page = ann.get(f"/workflow/tasks/{key}")
    assert "理由不够具体" in words(page)
    assert value(page, "opinion") == "第一稿"
    someone_else = browse("reviewer", who="carl")
    ann.post(f"/workflow/tasks/{key}/unclaim")
    someone_else.claim(key)
    assert value(someone_else.get(f"/workflow/tasks/{key}"), "opinion") in (None, "")


def test_nobody_checks_their_own_work_and_the_page_names_the_rule(desk, ann, browse):
    ann.hand_in(ann.key, opinion="可以")
    both = browse("reviewer", "approver", who="ann")
    page = both.claim(desk.task("approve").key)
    assert both.status == 403
    said = words(page)
    assert "不相容岗位分离" in said
    assert "“提出意见”和“审批决定”必须由不同的人办理" in said
    assert desk.task("approve").assignee is None


def test_a_task_that_is_over_says_so(desk, ann):
    ann.hand_in(ann.key, opinion="可以")
    page = ann.get(f"/workflow/tasks/{ann.key}")
    assert "这项任务已经办结" in words(page)
    assert not page.xpath("//form[starts-with(@action, '/workflow')]")


def test_a_task_without_a_form_is_simply_done(desk, ann, browse):
    ann.hand_in(ann.key, opinion="可以")
    ben = browse("approver", who="ben")
    ben.claim(desk.task("approve").key)
    ben.hand_in(desk.task("approve").key, approved="yes")
    archivist = browse("archivist", who="dora")
    archivist.claim(desk.task("last").key)
    archivist.hand_in(desk.task("last").key)
    assert archivist.status == 200
    assert desk.open_tasks() == []


def test_the_page_after_waits_for_the_next_task_and_gives_up(desk, ann, browse):
    ann.hand_in(ann.key, opinion="可以")
    done = f"/workflow/tasks/{ann.key}/done"
    assert ann.get(done).xpath("//noscript/meta/@content") == [f"2;url={done}?look=1"]
    last = ann.get(done + "?look=15")
    assert not last.xpath("//noscript/meta")
    assert "本案现在没有轮到您的任务" in words(last)
    both = browse("reviewer", "approver", who="ann")
    assert both.get(done).xpath("//a[@href=$next]", next=f"/workflow/tasks/{desk.task('approve').key}")


def test_the_case_opens_beside_the_form(ann):
    [link] = ann.get(f"/workflow/tasks/{ann.key}").xpath(f"//a[@href='/intake/cases/{CASE}']")
    assert (link.get("target"), link.get("rel")) == ("_blank", "noopener")
