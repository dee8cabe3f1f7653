import pytest
from tests.browser import applying
pytestmark = pytest.mark.browser

def test_apply(citizen):
    p = citizen()
    applying.register(p)
    n = applying.apply(p)
    assert n
    p.waits_for("已登记")
    p.click("收到申请材料的凭证")
    p.click("返回办理进度")
    p.click("发给我的通知")
