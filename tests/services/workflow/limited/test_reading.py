"""A deployment is read in a process with limits; whatever is handed in, the answer is a reason."""

import os
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from services.workflow.deploying.reading import LARGEST_TOGETHER, read_files
from services.workflow.limited.limits import Limits, confine
from services.workflow.limited.reader import READER, Reader
from services.workflow.models import ModelVersion
from tests.services.workflow.engine.drawing import end, ext, file, flows, node, process, start, user
from tests.services.workflow.house import House, form
from tests.services.workflow.limited import bombs

LINE = file(process(start(), user("a"), end(), flows("s a e")))
PLENTY = Limits(seconds=10, wall=30, megabytes=1024)


def deploy(house, **files):
    """The answer to a deployment; `a_bpmn` stands for `a.bpmn`."""
    head = b'--edge\r\nContent-Disposition: form-data; name="resources"; filename="%s"\r\n\r\n%s\r\n'
    parts = [head % (name.replace("_", ".").encode(), content) for name, content in files.items()]
    body, kind = b"".join(parts) + b"--edge--\r\n", "multipart/form-data; boundary=edge"
    return house.client("process_owner").post("/v2/deployments", data=body, content_type=kind)


def faults(answer):
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    parts = ("reason_zh", "reason_en", "remedy", "remedy_en")
    assert all(fault[part] for fault in answer.json["faults"] for part in parts)
    assert all(f["reason_zh"] in answer.json["detail"] for f in answer.json["faults"])
    return [(f["resource"], f["rule"]) for f in answer.json["faults"]]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a_bpmn", bombs.BILLION_LAUGHS, "doctype"),
        ("a_dmn", bombs.BILLION_LAUGHS, "dmn"),
        ("a_bpmn", bombs.LAUGHS_IN_AN_ATTRIBUTE, "doctype"),
        ("a_bpmn", bombs.LOCAL_FILE, "doctype"),
        ("a_bpmn", bombs.DEEP, "too-deep"),
        ("a_bpmn", bombs.HUGE, "file-too-large"),
        ("a_dmn", bombs.DEEP, "dmn"),
        ("a_form", bombs.DEEP_FORM, "not-json"),
        ("a_form", bombs.REGEX_FORM, "form"),
        ("a_txt", b"x", "unknown-kind"),
    ],
    ids=[
        "laughs", "laughs in DMN", "laughs in attribute", "local file", "deep", "50 MB", "deep DMN",
        "deep form", "regex", "kind",
    ],
)  # fmt: skip
def test_a_bomb_is_answered_with_a_reason_and_the_next_deployment_works(house, name, content, rule):
    assert faults(deploy(house, **{name: content})) == [(name.replace("_", "."), rule)]
    assert deploy(house, line_bpmn=LINE).status_code == 200


def test_deep_xml_is_called_deep_in_decisions_too(house):
    assert "嵌套" in deploy(house, a_dmn=bombs.DEEP).json["detail"]


def test_a_body_that_is_too_large_is_not_read(house):
    post = house.client("process_owner").post
    answer = post("/v2/deployments", data=b"x", environ_overrides={"CONTENT_LENGTH": "900000000"},
                  content_type="multipart/form-data; boundary=edge")  # fmt: skip
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
    assert (answer.json["title"], "文件太大" in answer.json["detail"]) == (
        "The upload is larger than allowed.", True,
    )  # fmt: skip


@pytest.fixture
def tight(tmp_path):
    """A service whose deployments may cost next to nothing."""
    house = House(tmp_path, deployment_seconds=1, deployment_megabytes=170)
    yield house
    house.runtime.close()


@pytest.mark.parametrize("bomb", ["feel", "memory"])
def test_what_costs_too_much_is_refused_and_the_next_deployment_works(tight, bomb):
    content = bombs.feel_bomb() if bomb == "feel" else bombs.WIDE
    began = time.monotonic()
    answer = deploy(tight, good_bpmn=LINE, bad_bpmn=content)
    assert time.monotonic() - began < 10
    assert faults(answer) == [("bad.bpmn", "reading-limits")]
    assert "太大或太复杂" in answer.json["detail"]
    assert "too large or too complex" in answer.json["detail"]
    assert tight.rows(ModelVersion) == []
    assert deploy(tight, good_bpmn=LINE).status_code == 200


def test_what_takes_too_long_by_the_clock_is_refused():
    assert [f.rule for f in READER.faults([("a.bpmn", bombs.feel_bomb())], Limits(10, 0.05, 1024))] == [
        "reading-limits"
    ]
    assert READER.faults([("a.bpmn", LINE)], PLENTY) == []


def test_a_reader_that_was_killed_is_replaced():
    first = READER._running()
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert READER.faults([("a.bpmn", LINE)], PLENTY) == []
    assert READER._running() is not first


def test_a_reader_that_does_not_answer_is_ended():
    reader = Reader(grace=0.1)
    stopped = reader._running()
    os.kill(stopped.pid, signal.SIGSTOP)
    assert [f.rule for f in reader.faults([("a.bpmn", LINE)], Limits(1, 0.1, 1024))] == ["reading-failed"]
    assert stopped.poll() == -signal.SIGKILL


def test_a_fork_has_a_reader_of_its_own():
    ours = READER._running()
    child = os.fork()
    if child == 0:
        theirs = READER._running()
        theirs.kill()
        os._exit(theirs.pid == ours.pid)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert READER.faults([("a.bpmn", LINE)], PLENTY) == []
    assert READER._running() is ours


def test_answers_of_deployments_at_the_same_time_are_not_mixed_up():
    asked = [(f"{number}.bpmn", LINE if number % 2 else b"<broken") for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: READER.faults([one], PLENTY), asked))
    assert [[fault.resource for fault in faults] for faults in found] == [
        [] if number % 2 else [name] for number, (name, _) in enumerate(asked)
    ]


def test_the_same_faults_are_found_there_and_here():
    broken = [("a.bpmn", LINE.replace(b'sourceRef="a"', b'sourceRef="b"')), ("f.form", b'{"id": 1}')]
    here = read_files(broken).faults
    assert {fault.resource for fault in here} == {"a.bpmn", "f.form"}
    assert READER.faults(broken, PLENTY) == here


def test_too_many_or_too_large_together_are_not_opened():
    full = [(f"{n}.form", b" " * 1_900_000) for n in range(LARGEST_TOGETHER // 1_900_000 + 1)]
    assert [f.rule for f in read_files(full).faults] == ["too-many"]
    assert [f.rule for f in read_files([("a.form", form("f"))] * 501).faults] == ["too-many"]


def test_a_confined_process_reaches_nothing_outside(tmp_path):
    """In a fork, since the limits are for good."""
    attempts = (
        lambda: socket.create_connection(("127.0.0.1", 9)),
        lambda: subprocess.run(["true"], check=True),
        lambda: (tmp_path / "written").write_text("x"),
        lambda: os.fork() or os._exit(0),
    )
    child = os.fork()
    if child == 0:
        confine(PLENTY)
        done = 0
        for attempt in attempts:
            with suppress(PermissionError):
                attempt()
                done += 1
        os._exit(done)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_file_in_a_chinese_encoding_with_time_zones_is_read():
    """Both make the reader look into files of its own."""
    shown = ext('script expression="=@&quot;2026-01-01T00:00:00@Asia/Shanghai&quot;" resultVariable="r"')
    model = file(process(start(), node("scriptTask", "a", shown, name="审查"), end(), flows("s a e")))
    xml = ('<?xml version="1.0" encoding="GBK"?>' + model.decode()).encode("gbk")
    assert READER.faults([("a.bpmn", xml)], PLENTY) == []
