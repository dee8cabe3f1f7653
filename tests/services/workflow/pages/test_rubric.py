"""The form of an assessor has a row for every item of the rubric."""

import pytest

from tests.rig import ROOT
from tests.services.workflow.engine.drawing import end, file, flows, process, start
from tests.services.workflow.house import House
from tests.services.workflow.pages.conftest import Browser, registered, staff_task

ASSESSED = file(
    process(
        start(), staff_task("assess_quality", "评估案件质量", "assessor"), end(), flows("s assess_quality e")
    )
)
CODES = ["CONTACT", "EVIDENCE", "HEARING", "PAPERS", "CLOSING_FILE"]


@pytest.mark.clause("S1-四(三)1b")
def test_every_item_has_its_row_with_the_most_it_earns(house: House) -> None:
    house.deploy(ASSESSED, (ROOT / "workflows" / "forms" / "assess_quality.form").read_bytes())
    house.deliver(registered(), job_key=None)
    house.start()
    key = house.task("assess_quality").key
    ann = Browser(house, "assessor")
    ann.claim(key)
    page = ann.get(f"/workflow/tasks/{key}")
    chosen = page.xpath("//select/option[@selected]")
    assert [option.get("value") for option in chosen] == CODES
    assert "满分 30 分" in chosen[2].text
    assert "系统检查意见" not in ann.text
    names = {name for form in page.forms for name in dict(form.form_values())}
    given = {name: "9.5" for name in names if name.endswith("points")}
    assert len(given) == len(CODES)
    ann.hand_in(key, **given, remark="办案认真")
    [submission] = house.submissions()
    assert [(row["item"], row["points"]) for row in submission.answers["items"]] == [(c, 9.5) for c in CODES]
