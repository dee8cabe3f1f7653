"""The job worker of the foreign client, against a server that listens."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from camunda_orchestration_sdk import CamundaAsyncClient, WorkerConfig
from camunda_orchestration_sdk.runtime.job_worker import JobError, JobFailure
from werkzeug.serving import make_server

from services.workflow.waiting import jobs
from shared.web import build_app
from tests.services.workflow.house import House
from tests.services.workflow.v2.conftest import Bearer
from tests.services.workflow.v2.test_jobs import PRINT
from tests.services.workflow.v2.waiting import awaited

SECONDS = 20


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """Where the service listens; three instances wait for a printer."""
    house.deploy(PRINT)
    for number in range(3):
        house.start(n=number)
    app = build_app(house.runtime.service, house.settings, house.runtime)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def tried(house, instances):
    """What became of the job of each instance."""
    found = {j.instance_key: j for j in house.rows(jobs.Job)}
    return [(found[key].status, found[key].retries) for key in instances]


def print_letter(job):
    """Prints one letter, is out of paper for the second, tears the third."""
    if job.variables["n"] == 1 and job.retries == 2:
        raise JobFailure("no paper", retries=1, retry_back_off=3_600_000)
    if job.variables["n"] == 2:
        raise JobError("BAD", "torn", {"why": "torn"})
    return {"pages": job.variables["copies"]}


async def print_letter_async(job):
    """The same for a worker that awaits."""
    await asyncio.sleep(0)
    return print_letter(job)


async def work(house, address, handler, strategy, done):
    token = Bearer(house.token("integration"))
    async with CamundaAsyncClient(
        configuration={"CAMUNDA_REST_ADDRESS": address}, auth_provider=token
    ) as client:
        config = WorkerConfig(
            job_type="print",
            job_timeout_milliseconds=60_000,
            request_timeout_milliseconds=5000,
            worker_name="w",
        )
        worker = client.create_job_worker(config, handler, execution_strategy=strategy)
        async with asyncio.timeout(SECONDS):
            while not done():
                await asyncio.sleep(0.05)
        await worker.aclose()


@pytest.mark.parametrize(("handler", "strategy"), [(print_letter, "thread"), (print_letter_async, "async")])
def test_a_worker_completes_fails_and_throws(house, address, handler, strategy):
    keys = sorted(j.instance_key for j in house.rows(jobs.Job))
    first = [("COMPLETED", 2), ("BACKING_OFF", 1), ("ERROR_THROWN", 2)]
    awaited(work(house, address, handler, strategy, lambda: tried(house, keys) == first))
    assert house.open_tasks() == ["mend", "z"]
    assert house.variables(keys[0]) == {"n": 0, "pages": 1}
    assert house.variables(keys[2]) == {"n": 2, "why": "torn"}
    house.hurry_jobs()
    second = [first[0], ("COMPLETED", 1), first[2]]
    awaited(work(house, address, handler, strategy, lambda: tried(house, keys) == second))
    assert house.open_tasks() == ["mend", "z", "z"]
    assert {j.worker for j in house.rows(jobs.Job)} == {"w"}
