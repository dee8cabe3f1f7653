"""What everybody can read: what legal aid is, which materials are needed, the notice, sample papers."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file

from services.intake import notice as notices
from services.intake import papers, rules, wording
from services.intake.application_form import application_form
from services.intake.queries import own_applications
from shared.rights import has
from shared.web import needs, open_to_all, person_or_none, reading, runtime

blueprint = Blueprint("intake_home", __name__)
_PUBLIC = "information for citizens"


@blueprint.get("/")
@blueprint.get("/intake/")
@open_to_all(_PUBLIC)
def home() -> Any:
    """The start page; a logged-in applicant sees their applications first."""
    person, policy = person_or_none(), runtime().policy
    applications: list[Any] = []
    if person is not None and has(person, "intake.application.read"):
        with reading() as session:
            applications = own_applications(session, person.id)
    return render_template(
        "intake/home.html", applications=applications, wording=wording, form=application_form(runtime()),
        matters=policy.get("intake.matters"), categories=policy.get("intake.person_categories"),
        agencies=policy.get("intake.agencies"), days=policy.get("intake.confirm_days"),
    )  # fmt: skip


@blueprint.get("/intake/progress")
@needs("intake.progress.follow")
def progress() -> Any:
    """The way to one's own applications from the foot of every page."""
    return redirect("/intake/")


@blueprint.get("/intake/materials")
@open_to_all(_PUBLIC)
def materials() -> Any:
    """Which materials an application needs, for a matter and a person category (S0-7.4.2a, b)."""
    chosen = {name: request.args.get(name, "") for name in ("matter", "category")}
    catalogue = runtime().policy.get("intake.materials")
    needed = rules.applicable_materials(catalogue, chosen["matter"], chosen["category"] or rules.NO_CATEGORY)
    return render_template(
        "intake/materials.html", chosen=chosen, materials=needed, form=application_form(runtime()),
        limit=runtime().policy.get("intake.upload_max_mb"),
    )  # fmt: skip


@blueprint.get("/intake/notices/<version>")
@open_to_all(_PUBLIC)
def notice(version: str) -> Any:
    """The notice of rights and duties in one of its versions."""
    return render_template("intake/notice.html", notice=notices.notice(version))


@blueprint.get("/intake/papers/<code>")
@open_to_all(_PUBLIC)
def paper(code: str) -> Any:
    """A sample paper to read or print."""
    return render_template("intake/paper.html", paper=papers.paper(code))


@blueprint.get("/intake/papers/<code>.docx")
@open_to_all(_PUBLIC)
def paper_file(code: str) -> Response:
    """A sample paper as a Word file."""
    chosen = papers.paper(code)
    return send_file(
        io.BytesIO(papers.as_docx(chosen)), mimetype=papers.MEDIA_TYPE, as_attachment=True,
        download_name=f"{chosen.title}.docx",
    )  # fmt: skip
