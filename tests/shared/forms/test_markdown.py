"""The little Markdown of texts in forms."""

import pytest

from shared.forms.markdown import marked_up


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一行\n两行", '<p class="govuk-body">一行<br>两行</p>'),
        ("# 须知", '<h2 class="govuk-heading-m">须知</h2>'),
        ("### 材料", '<h3 class="govuk-heading-s">材料</h3>'),
        ("- 甲\n- 乙", '<ul class="govuk-list govuk-list--bullet"><li>甲</li><li>乙</li></ul>'),
        ("1. 甲\n2、 乙", '<ol class="govuk-list govuk-list--number"><li>甲</li><li>乙</li></ol>'),
        ("**要**紧", '<p class="govuk-body"><strong>要</strong>紧</p>'),
        ("[官网](/help)", '<p class="govuk-body"><a class="govuk-link" href="/help">官网</a></p>'),
        ("[电话](tel:12348)", '<p class="govuk-body"><a class="govuk-link" href="tel:12348">电话</a></p>'),
        ("带 * 号 1 < 2", '<p class="govuk-body">带 * 号 1 &lt; 2</p>'),
        ("", ""),
    ],
)
def test_marks(text, html):
    assert marked_up(text) == html


def test_paragraphs_lists_and_headings_may_touch():
    assert marked_up("## 须知\n请带：\n- 甲").count("\n") == 2


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](//evil.example)",
        '[x](/a"onclick=alert(1))',
        "**<img src=x onerror=alert(1)>**",
        "- <b>x</b>",
        "# <b>x</b>",
        "[<b>x</b>](/help)",
    ],
)
def test_nothing_else_becomes_html(text):
    made = marked_up(text)

    assert not any(
        mark in made
        for mark in ("<script", "<img", "<b>", 'href="javascript', 'href="data', 'href="//', '"onclick')
    )
