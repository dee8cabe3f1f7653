"""What intake decides from plain values: materials asked for, case numbers, periods, defects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.calendar import WorkCalendar, shanghai_date

MOST_FILES_PER_KIND = 20
NO_CATEGORY = "NONE"
WITHDRAWABLE = frozenset({"SUBMITTED", "REGISTERED", "UNDER_REVIEW", "CORRECTION"})
ENDED = frozenset(
    {"REFUSED", "DRAFTING_ONLY", "WITHDRAWN", "WITHDRAWN_DEEMED", "TRANSFERRED", "TERMINATED", "ARCHIVED"}
)
STAGES = ("registration", "review", "dispatch", "handling", "closing")
NOTICE_KIND = "criminal_notice"
NOTICE_MATTER = "CRIMINAL_NOTICE"
LETTER = "NOTICE_LETTER"
UNLISTED = "OTHER"
_CRIMINAL = frozenset(
    {NOTICE_MATTER, "CRIMINAL_SUSPECT", "PUBLIC_PROSECUTION_VICTIM", "PRIVATE_PROSECUTION_PARTY"}
)
_FINDINGS = ("complete", "statutory_form", "genuine", "valid")

Material = Mapping[str, Any]


@dataclass(frozen=True)
class Defect:
    """One thing the applicant must put right: the material group, what is wrong, how to mend it."""

    kind: str
    defect: str
    remedy: str


def applicable_materials(catalogue: Sequence[Material], matter: str, category: str) -> list[Material]:
    """The materials asked of this matter and person category (S0-7.4.2a), in the catalogue's order."""
    return [m for m in catalogue if _applies(m, "matters", matter) and _applies(m, "categories", category)]


def missing_materials(applicable: Iterable[Material], handed_in: Iterable[str]) -> list[Material]:
    """The required uploads of which no file is there yet."""
    there = set(handed_in)
    return [m for m in applicable if m["required"] and m["upload"] and m["code"] not in there]


def too_early(answers: Mapping[str, Any]) -> dict[str, str]:
    """Field and message where the law lets nobody apply yet (S0-4.1h): before the first interrogation
    and before any coercive measure. Dates in the future are refused by the form itself."""
    if answers.get("matter") == "CRIMINAL_SUSPECT" and answers.get("criminal_event") == "neither":
        return {"criminal_event": "第一次讯问之后，或者采取强制措施之日起，才可以申请"}
    return {}


def series_of(matter: str) -> str:
    """The kind of case in its number: 刑 criminal, 行 against the State, 民 everything else."""
    if matter in _CRIMINAL:
        return "刑"
    return "行" if matter == "STATE_COMPENSATION" else "民"


def number_year(moment: datetime) -> int:
    """The year of a case number: the one that Shanghai's calendar shows at the moment."""
    return shanghai_date(moment).year


def case_number(short: str, year: int, series: str, count: int) -> str:
    """The case number, e.g. 示范援〔2026〕民字第0001号."""
    return f"{short}援〔{year}〕{series}字第{count:04d}号"


def decision_due(received_at: datetime, calendar: WorkCalendar, working_days: int, days: int) -> datetime:
    """The end of the decision period: the earlier of working days (S0-7.4.3d) and days by law."""
    return min(calendar.after_working_days(received_at, working_days), calendar.after_days(received_at, days))


def notice_facts(answers: Mapping[str, Any]) -> str:
    """What the others keep of an authority's notice as the facts of the case."""
    told = [f"涉嫌的罪名或者案由：{answers['charge']}", f"办案机关的案号：{answers['authority_number']}"]
    places = (("羁押场所：", "custody_place"), ("开庭日期：", "hearing_on"), ("", "remark"))
    return "\n".join([*told, *(label + answers[name] for label, name in places if answers.get(name))])


def may_withdraw(state: str) -> bool:
    """Whether the applicant can still take the application back: before any decision."""
    return state in WITHDRAWABLE


def defects_of(answers: Mapping[str, Any], kind_by_id: Mapping[str, str]) -> list[Defect]:
    """All defects in the answers of `examine_materials` (S0-7.4.2d): none may be left out.

    A finding names a material by its id or its group's code; one that names nothing known is kept
    under `OTHER`, never dropped.
    """
    known = set(kind_by_id.values())
    found = []
    for row in answers.get("materials") or []:
        if _is_defective(row):
            named = str(row.get("material") or "")
            kind = kind_by_id.get(named, named if named in known else "OTHER")
            found.append(Defect(kind, _text(row, "defect"), _text(row, "remedy")))
    return found


def unanswered(item_ids: Iterable[str], with_file: set[str], replies: Mapping[str, str]) -> list[str]:
    """The items of a correction notice that have neither a file nor an explanation."""
    return [i for i in item_ids if i not in with_file and not replies.get(i, "").strip()]


def stage_line(stage: str | None, state: str) -> list[tuple[str, str]]:
    """The five stages (S0-7.1), each `done`, `current`, `ended` (the case stopped there) or `waiting`."""
    if state == "ARCHIVED":
        return [(name, "done") for name in STAGES]
    here = STAGES.index(stage) if stage in STAGES else 0
    present = "ended" if state in ENDED else "current"
    return [
        (name, "done" if place < here else present if place == here else "waiting")
        for place, name in enumerate(STAGES)
    ]


def _applies(material: Material, condition: str, code: str) -> bool:
    return condition not in material or code in material[condition]


def _is_defective(row: Mapping[str, Any]) -> bool:
    return bool(_text(row, "defect")) or any(row.get(name) in ("no", False) for name in _FINDINGS)


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "").strip()


def representative(answers: Mapping[str, Any]) -> dict[str, str | None] | None:
    """Name and phone of the guardian or close relative who fills in the application for somebody."""
    if answers.get("capacity") not in ("guardian", "relative") or not answers.get("agent_name"):
        return None
    return {"name": answers["agent_name"], "phone": answers.get("agent_phone")}
