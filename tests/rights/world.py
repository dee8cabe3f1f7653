"""A world for every route: a closed case copied from the journeys, and one row of all that it has not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask, templating
from jinja2 import Template

from demo import answers
from services.system import service
from shared.messaging.work import UnitOfWork
from shared.service import Runtime
from tests.embedded import Embedded, prepared_folder
from tests.journeys.reached import case_at
from tests.rig import START
from tests.rights.rows import add_row, change_rows, id_of, one_row

CITY, CENTRE, COURT = "/demo-city/", "/demo-city/centre/", "/demo-city/court/"
ELSEWHERE = "/other-city/centre/"
STRANGER = id_of("stranger")
_LATER = START.replace(year=2999)
MADE = 1001
"""The key of rows that the workflow service did not make itself."""


class World:
    """The system with its case; `people` and `places` are what the case says of them."""

    def __init__(self, folder: Path) -> None:
        self.house = Embedded(shutil.copytree(prepared_folder(), folder / "system"))
        self.case = UUID(case_at(self.house, "closed").case_id)
        self.runtimes = self.house.system.runtimes
        known = one_row(self.runtimes["workflow"], "case_copy")
        self.applicant, self.handler, self.firm = known.applicant_id, known.handler_id, known.firm_path
        self.stranger = self.row("identity", "person", organisation=CITY).id
        for name in ("dispatch", "review", "notify"):
            change_rows(self.runtimes[name], "case_copy", authority=COURT)
        change_rows(self.runtimes["intake"], "application", authority=COURT)
        self._add_dispatch()
        self._add_intake()
        self._add_of_services()
        self._add_workflow()

    def row(self, name: str, table: str, **wanted: Any) -> Any:
        """The first row of the table where the columns hold this."""
        return one_row(self.runtimes[name], table, **wanted)

    def all_of(self, name: str, table: str) -> list[Any]:
        """Every row of a table, in the order of its key."""
        known = service(name).metadata.tables[table]
        with self.runtimes[name].engine.connect() as connection:
            return list(connection.execute(sa.select(known).order_by(*known.primary_key)))

    def _add_dispatch(self) -> None:
        here, assignment = self.runtimes["dispatch"], self.row("dispatch", "assignment")
        change = {"change_id": id_of("change"), "case_id": self.case}
        add_row(
            here, "change_request", id=change["change_id"], case_id=self.case, assignment_id=assignment.id,
            handler_id=self.handler, firm_path=self.firm, ground="DUTY_BREACH", state="requested",
            requested_by=self.applicant,
        )  # fmt: skip
        add_row(here, "change_file", **change, id=id_of("change file"), **_kept(here))
        content = {"number": "x", "authority": "x", "handler": {}}
        add_row(here, "change_letter", **change, content=content, authority_name="虚构法院")

    def _add_intake(self) -> None:
        here = self.runtimes["intake"]
        add_row(
            here, "application", case_id=id_of("draft"), applicant_id=self.applicant, answers={},
            confirm_by=_LATER,
        )  # fmt: skip
        draft = {"case_id": id_of("draft"), "kind": "IDENTITY", "size": 1, **_kept(here)}
        add_row(here, "material", **draft, id=id_of("draft file"))
        notice = {"case_id": self.case, "correction_id": id_of("correction")}
        add_row(here, "correction", id=notice["correction_id"], case_id=self.case, due=_LATER)
        add_row(here, "correction_item", **notice, id=id_of("item"), kind="IDENTITY")
        added = {"case_id": self.case, "kind": "IDENTITY", "item_id": id_of("item"), **_kept(here)}
        add_row(here, "material", **added, id=id_of("added file"))
        add_row(
            here, "application", case_id=id_of("entered"), applicant_id=self.applicant, number="x",
            answers={**answers.NOTICE, "letters": []}, agency=CENTRE, authority=COURT,
            case_kind="criminal_notice", entered_by=STRANGER,
            registered_at=START, state="HANDLING", handler_id=self.handler, firm_path=self.firm,
        )  # fmt: skip

    def _add_of_services(self) -> None:
        of_case = {"case_id": self.case}
        stay = {f"file_{name}": value for name, value in _kept(self.runtimes["handling"]).items()}
        add_row(self.runtimes["handling"], "suspension", id=id_of("stay"), **of_case, **stay)
        review = self.runtimes["review"]
        add_row(review, "notice", id=id_of("notice"), **of_case)
        ended = {"outcome": "terminated", "ground": "RECIPIENT_REQUEST", "effective": True}
        moments = {"verified_at": START, "approved_at": START, "effect_at": START}
        add_row(
            review, "termination", id=id_of("termination"), **of_case, **ended, **moments, number="x",
            reported_as="agency", terminated_on=START.date(), verified_by=STRANGER, approved_by=STRANGER,
        )  # fmt: skip
        manifest = {"parts": [{"service": "evaluation", "digest": "x", "items": []}]}
        evaluation = self.runtimes["evaluation"]
        change_rows(evaluation, "assessment", settled_at=START)
        add_row(evaluation, "archive", **of_case, manifest=manifest)
        add_row(evaluation, "improvement", id=id_of("improvement"), organisation=CENTRE)

    def _add_workflow(self) -> None:
        here, instance = self.runtimes["workflow"], self.row("workflow", "instance")
        of_instance = {"instance_key": instance.key, "process_id": instance.process_id}
        add_row(
            here, "incident", key=MADE, **of_instance, definition_key=instance.definition_key,
            status="ACTIVE", kind="JOB_NO_RETRIES",
        )  # fmt: skip
        for key, by in ((MADE, STRANGER), (MADE + 1, self.stranger)):
            add_row(here, "batch_operation", key=key, kind="MIGRATE", status="COMPLETED", by=str(by))
        add_row(here, "migration", key=MADE, instance_key=instance.key, before={})
        model = self.row("workflow", "model_version", key=instance.definition_key)
        add_row(here, "model_version", **{**model._mapping, "key": MADE + 1, "version": model.version + 1})
        clerk = self.row("identity", "person", organisation=CENTRE).id
        self._add_people(clerk)

    def _add_people(self, clerk: UUID) -> None:
        here, open_task = self.runtimes["workflow"], self.row("workflow", "task", status="CREATED")
        taken = {**open_task._mapping, "key": MADE, "assignee": str(clerk), "candidate_groups": []}
        add_row(here, "task", **taken)
        member = self.row("identity", "person", organisation="/demo-city/firm-a/").id
        add_row(self.runtimes["identity"], "login_session", id=id_of("login"), person_id=member)
        add_row(
            here, "absence", id=id_of("absence"), person_id=clerk, starts_at=START, ends_at=_LATER,
            substitute_id=STRANGER,
        )  # fmt: skip
        add_row(here, "recusal", id=id_of("recusal"), case_id=self.case, person_id=clerk, reason="relative")


def _kept(runtime: Runtime) -> dict[str, str]:
    """The columns that name a file which is really there."""
    stored = runtime.files.keep(BytesIO(answers.PDF), 1000)
    return {"name": "x.pdf", "sha256": stored.sha256, "media_type": stored.media_type}


@contextmanager
def nothing_stays(*drawn: str) -> Iterator[None]:
    """What a request writes is taken back when it would be committed, and of the pages only these are drawn:
    whom a door lets in does not hang on what the page behind it looks like."""

    def take_back(work: UnitOfWork, *, waking: bool) -> None:
        work.session.flush()
        work.session.rollback()

    really = templating._render

    def draw(app: Flask, template: Template, context: dict[str, Any]) -> str:
        return really(app, template, context) if template.name in drawn else str(template.name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(UnitOfWork, "write_messages", take_back)
        patch.setattr(templating, "_render", draw)
        yield


def all_rows(world: World) -> dict[str, Sequence[Any]]:
    """Everything the services hold, table by table."""
    found: dict[str, Sequence[Any]] = {}
    for name, runtime in world.runtimes.items():
        with runtime.engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            for table in tables:
                found[f"{name}.{table}"] = connection.execute(sa.text(f'SELECT * FROM "{table}"')).all()
    return found
