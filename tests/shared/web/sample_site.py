"""A small site with the shared layout: a form page and a page with one of every macro."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import jinja2
from flask import Flask, render_template, request
from marshmallow import ValidationError

from shared.forms import form_schema, form_values, render_form, wants_redraw
from shared.rights import Held, Person, has
from shared.web.layout import STATIC, prepare, shared_templates

CLERK = Person(UUID(int=1), "示例受理员", (Held("clerk", "/centre/"),), UUID(int=2), "csrf")
NAVIGATION = [
    SimpleNamespace(text="我的待办", href="/macros", current=True),
    SimpleNamespace(text="消息", href="/m", current=False),
]
OPTIONS = {
    "matters": [
        {"value": "wage", "label": "劳动报酬", "hint": "包括加班费"},
        {"value": "other", "label": "其他"},
    ]
}
FORM: dict[str, Any] = {
    "id": "apply",
    "components": [
        {"type": "text", "text": "## 填写须知\n\n请如实填写。\n\n- 需要[身份证件](/help)"},
        {
            "type": "group", "label": "申请人", "showOutline": True,
            "components": [
                {"type": "textfield", "key": "name", "label": "姓名", "validate": {"required": True}},
                {"type": "select", "key": "matter", "label": "事项", "valuesKey": "matters",
                 "validate": {"required": True}},
                {"type": "number", "key": "owed", "label": "拖欠金额", "appearance": {"suffixAdorner": "元"},
                 "conditional": {"hide": '=matter != "wage"'}, "validate": {"required": True}},
                {"type": "datetime", "key": "born", "label": "出生日期", "description": "例如 1980 3 27"},
            ],
        },
        {"type": "radio", "key": "way", "label": "怎样联系您", "valuesKey": "matters"},
        {"type": "checklist", "key": "proofs", "label": "已有材料", "valuesKey": "matters"},
        {"type": "textarea", "key": "facts", "label": "事实经过",
         "validate": {"required": True, "maxLength": 500}},
        {"type": "dynamiclist", "path": "opponents", "label": "对方当事人", "components": [
            {"type": "textfield", "key": "name", "label": "名称", "validate": {"required": True}}]},
        {"type": "filepicker", "key": "files", "label": "上传材料", "multiple": True},
        {"type": "separator"},
        {"type": "textfield", "key": "case_number", "label": "案号", "readonly": True},
        {"type": "checkbox", "key": "agree", "label": "我已阅读告知书", "validate": {"required": True}},
    ],
}  # fmt: skip

FORM_PAGE = """{% extends "layout.html" %}{% from "ui.html" import form_page, back_link %}
{% block title %}申请法律援助{% endblock %}
{% block before %}{{ back_link("/macros") }}{% endblock %}
{% block content %}<h1 class="govuk-heading-l">申请法律援助</h1>
{% call form_page("/form", csrf_token, "提交申请", {"revision": 3}) %}{{ form }}{% endcall %}{% endblock %}"""

MACRO_PAGE = """{% extends "layout.html" %}{% import "ui.html" as ui %}{% set width = "full" %}
{% block title %}我的待办{% endblock %}
{% block before %}{{ ui.breadcrumbs([{"text": "首页", "href": "/"}, {"text": "我的待办"}]) }}{% endblock %}
{% block content %}<h1 class="govuk-heading-l">我的待办</h1>
{{ ui.success("已提交") }}{{ ui.notice("系统今晚维护") }}
{{ ui.warning("逾期将视为撤回申请") }}{{ ui.inset("不收费") }}
{{ ui.table("待办事项", ["案号", "状态"], [["第 1 号", ui.tag("快到期", "orange")]]) }}
{{ ui.link_button("领取", "/x", "secondary") }}
{{ ui.pagination(5, 12, page_url) }}
{% call ui.empty("没有待办事项", "有新任务时会出现在这里。") %}
{{ ui.link_button("回到首页", "/") }}{% endcall %}
{{ ui.summary([("姓名", "示例"), ("电话", none), ("件数", 0)]) }}
{{ ui.details("怎样上传材料", "拍照即可") }}
<form method="post">{{ ui.csrf_field(csrf_token) }}
{{ ui.text_input("account", "账号", errors=["请填写账号"]) }}
{{ ui.password_input("password", "密码") }}
{{ ui.choose("office", "机构", [{"value": "", "text": "请选择"}]) }}
{{ ui.radios("opinion", "意见", [{"value": "a", "text": "同意"}, {"value": "b", "text": "不同意"}]) }}
{{ ui.checkboxes("scopes", "可以做什么", [{"value": "a", "text": "查看", "checked": true}]) }}
{{ ui.text_area("why", "理由") }}{{ ui.button("提交") }}</form>
{{ ui.act("/withdraw", csrf_token, "撤回申请", "warning", {"revision": 3}) }}
{{ ui.done("提交成功", "您的案号是 1", 2) }}
{% endblock %}"""


def create_site() -> Flask:
    """The site; `?text=large` and `?contrast=high` stand for the cookies, `?out` for nobody logged in."""
    site = Flask("sample", static_folder=STATIC / "dist", static_url_path="/static")
    pages = jinja2.DictLoader({"form_page.html": FORM_PAGE, "macro_page.html": MACRO_PAGE})
    site.jinja_loader = jinja2.ChoiceLoader([pages, shared_templates()])
    prepare(site.jinja_env)
    site.context_processor(_context)
    site.add_url_rule("/form", "form", _form_page, methods=["GET", "POST"])
    site.add_url_rule(
        "/macros", "macros", lambda: render_template("macro_page.html", page_url=lambda n: f"?page={n}")
    )
    site.add_url_rule("/problem/<int:status>", "problem", _problem)
    site.add_url_rule("/notify/messages/count", "count", lambda: '未读消息 <span class="app-count">3</span>')
    return site


def _context() -> dict[str, Any]:
    inside = "out" not in request.args
    return {
        "person": CLERK if inside else None,
        "may": lambda action: inside and has(CLERK, action),
        "nav": NAVIGATION if inside else [],
        "csrf_token": "token-of-the-session",
        "text_size": request.args.get("text", "normal"),
        "contrast": request.args.get("contrast", "normal"),
    }


def _form_page() -> str:
    values = form_values(FORM, request.form) if request.method == "POST" else {"case_number": "第 1 号"}
    errors: Any = {}
    if request.method == "POST" and not wants_redraw(request.form):
        try:
            form_schema(FORM, OPTIONS).load(values)
        except ValidationError as error:
            errors = error.messages
    return render_template("form_page.html", form=render_form(FORM, values, errors, OPTIONS), problems=errors)


def _macro_page() -> str:
    return render_template("macro_page.html", page_url=lambda number: f"?page={number}")


def _problem(status: int) -> str:
    problem = {
        "status": status,
        "detail": "没有找到您要的内容。",
        "fields": {"name": ["请填写此项"], "rows": {0: {}}},
    }
    return render_template("problem.html", problem=problem)
