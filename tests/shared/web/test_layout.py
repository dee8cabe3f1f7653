"""The frame of every page, the Chinese macros and the error pages."""

import re

import pytest
from lxml import html

from shared.web import layout
from tests.shared.web.sample_site import create_site

ENGLISH_LEFTOVERS = re.compile(
    r"\b(error|success|important|warning|skip to|menu|next|previous|page \d"
    r"|show|hide|support links|crown|licence)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def site():
    return create_site().test_client()


def document(site, path):
    return html.fromstring(site.get(path).get_data(as_text=True))


@pytest.mark.parametrize("path", ["/form", "/macros", "/problem/404"])
def test_a_page_says_its_language_and_name_and_lets_one_skip_the_head(site, path):
    found = document(site, path)

    assert found.get("lang") == "zh-CN"
    assert found.findtext(".//title").endswith(" - 法援在线")
    assert found.get_element_by_id("main-content").tag == "main"
    assert found.xpath("//body//a")[0].get("href") == "#main-content"
    assert len(found.xpath("//h1")) == 1


@pytest.mark.parametrize("path", ["/form", "/form?out", "/macros", "/problem/404"])
@pytest.mark.clause("S0-11.1a")
def test_the_complaint_telephone_is_in_the_head_of_every_page(site, path):
    assert "投诉电话" in document(site, path).xpath("//header")[0].text_content()
    assert document(site, path).xpath("//header//a[starts-with(@href, 'tel:')]/@href") == ["tel:12348"]


def test_the_complaint_telephone_can_be_set():
    page = layout.page_environment().get_template("layout.html").render(complaint_telephone="025-83123456")

    assert "025-83123456" in page
    assert "12348" not in page


@pytest.mark.parametrize("path", ["/form", "/macros", "/problem/409", "/problem/500"])
def test_no_english_words_are_left_over(site, path):
    body = document(site, path).find("body")
    words = " ".join(body.itertext()) + " ".join(body.xpath("//@aria-label | //@title | //@alt"))

    assert not ENGLISH_LEFTOVERS.findall(words)


def test_nothing_on_a_page_needs_a_script_of_its_own(site):
    for path in ("/form", "/macros"):
        found = document(site, path)
        assert found.xpath("//script/@src") == [layout.asset("app.js")]
        assert not found.xpath("//script[not(@src)] | //*[@style] | //style | //@onclick")


def test_who_is_logged_in_sees_name_messages_navigation_and_the_way_out(site):
    inside, outside = document(site, "/macros"), document(site, "/macros?out")

    assert "示例受理员" in inside.xpath("//header")[0].text_content()
    assert inside.xpath("//form[@action='/identity/logout']//input[@name='csrf_token']/@value")
    assert inside.xpath("//nav//a[@aria-current='page']")[0].text_content().strip() == "我的待办"
    messages = inside.xpath("//header//a[@href='/notify/messages']")[0]
    assert (messages.text, messages.get("hx-get")) == ("消息", "/notify/messages/count")
    assert not outside.xpath("//header//a[@href='/notify/messages']")
    assert outside.xpath("//header//a[@href='/identity/login']")
    assert not outside.xpath("//form[@action='/identity/logout']")
    assert not outside.xpath("//nav[@aria-label='主导航']")


@pytest.mark.parametrize(
    ("query", "text", "contrast"),
    [
        ("", None, None),
        ("?text=large", "large", None),
        ("?contrast=high", None, "high"),
        ("?text=x&contrast=%22", None, None),
    ],
)
def test_text_size_and_contrast_are_written_by_the_server(site, query, text, contrast):
    found = document(site, "/form" + query)

    assert (found.get("data-text"), found.get("data-contrast")) == (text, contrast)
    wanted = {"normal" if text else "large", "normal" if contrast else "high"}
    links = found.xpath("//header//a[starts-with(@href, '/identity/display')]/@href")
    assert {link.split("=")[1].split("&")[0] for link in links} == wanted
    assert all(link.endswith("next=/form") for link in links)


def test_the_title_of_a_page_with_problems_says_so_first(site):
    page = html.fromstring(site.post("/form", data={}).get_data(as_text=True))

    assert page.findtext(".//title", "").startswith("错误：")
    assert page.xpath("//main//h2[contains(@class, 'error-summary')]")


def test_the_enter_key_submits_and_adds_no_row(site):
    form = document(site, "/form").xpath("//form[@enctype]")[0]
    first = form.xpath(".//button")[0]

    assert first.get("name") is None
    assert form.xpath(".//input[@name='csrf_token']/@value") == ["token-of-the-session"]
    assert form.xpath(".//input[@name='revision']/@value") == ["3"]


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (400, "请求无法处理"),
        (401, "请先登录"),
        (403, "没有权限"),
        (404, "没有找到这个页面"),
        (409, "现在不能进行这项操作"),
        (413, "文件太大"),
        (418, "请求无法处理"),
        (422, "填写的内容有误"),
        (500, "系统出了问题"),
        (503, "系统出了问题"),
    ],
)
def test_problem_pages(site, status, heading):
    page = document(site, f"/problem/{status}")

    assert page.findtext(".//h1") == heading
    assert "没有找到您要的内容。" in page.text_content()
    assert page.xpath("//main//li")[0].text == "请填写此项"


def test_pages_of_a_list(site):
    links = document(site, "/macros").xpath("//nav[@aria-label='分页']//a")

    assert [link.get("aria-label") for link in links if link.get("aria-label")] == [
        f"第 {number} 页" for number in (1, 3, 4, 5, 6, 7, 12)
    ]
    assert (links[0].get("href"), links[-1].get("href")) == ("?page=4", "?page=6")
    one = '{% from "ui.html" import pagination %}{{ pagination(1, 1, none) }}'
    assert layout.page_environment().from_string(one).render().strip() == ""


def test_zero_is_a_value_and_nothing_is_not(site):
    values = [dd.text for dd in document(site, "/macros").xpath("//dl[@class='govuk-summary-list']//dd")]

    assert values == ["示例", "未填写", "0"]


def test_a_built_file_has_a_mark_of_its_content(tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "STATIC", tmp_path)
    assert layout.asset("app.css") == "/static/app.css"

    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "app.css").write_text("a{}")
    first = layout.asset("app.css")
    (tmp_path / "dist" / "app.css").write_text("b{color:red}")
    assert first.startswith("/static/app.css?v=")
    assert layout.asset("app.css") != first
