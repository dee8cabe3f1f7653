"""What is asked of an archived case: by whom, with which body, and which routes are about no case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from demo import answers

NOBODY = UUID(int=0)
NOT_ABOUT_A_CASE = {
    "identity": "accounts, sessions, organisations", "roster": "members",
    "/v2/deployments": "models", "/v2/signals/broadcast": "reaches who waits",
    "/v2/jobs/activation": "takes what waits for outsiders",
    "/v2/process-instances/cancellation": "each process is judged in its turn",
    "/v2/process-instances/migration": "each process is judged in its turn",
    "/workflow/models/<process>/migrate": "each process is judged in its turn",
    "/v2/batch-operations/<int:key>/<any(suspension,resumption,cancellation):change>": "goes on with many",
    "/workflow/batches/<int:key>/cancel": "goes on with many",
    "/workflow/batches/<int:key>/undo": "takes back what one migration did",
    "/workflow/api/process-instances/<int:key>/migration/undo": "there was none to take back",
    "/v2/decision-definitions/evaluation": "tries a decision on its own",
    "/v2/expression/evaluation": "tries an expression on its own",
    "/intake/notices/new": "begins a case", "/intake/api/notices": "begins a case",
    "/intake/api/notices/letters": "files of a case to come",
    "/evaluation/improvements": "measures of the agency",
    "/evaluation/improvements/<uuid:identifier>/done": "measures of the agency",
    "/intake/apply": "begins a draft", "/intake/api/applications": "begins a draft",
    "/notify/messages/read": "marks the reader's own messages as read",
    "/notify/messages/<uuid:letter_id>/read": "marks the reader's own message as read",
    "/notify/api/messages/<uuid:letter_id>/read": "marks the reader's own message as read",
    "/workflow/absences/of/<uuid:person_id>": "who is away, and who stands in",
    "/workflow/absences/<uuid:absence_id>/cancel": "who is away no more",
    "/notify/deliveries/<uuid:delivery_id>/disclosure": "notes who was shown a telephone number",
    "/intake/cases/<uuid:case_id>/disclosure": "notes who was shown the parties in full",
}  # fmt: skip
"""Routes that write, but nothing about a case: a service, or a path."""
WHO = {
    "intake": "applicant", "review": "applicant", "dispatch": "applicant", "handling": "handler",
    "evaluation": "applicant", "notify": "clerk", "workflow": "handler",
}  # fmt: skip
CLERKS = {
    "/evaluation/cases/<uuid:case_id>/survey/answers", "/evaluation/api/cases/<uuid:case_id>/survey/answers"
}  # fmt: skip
SUPERVISED = {"/workflow/cases/<uuid:case_id>/recusals", "/workflow/recusals/<uuid:recusal_id>/lift"}
WITHDRAWN = {"reason": "relative", "text": "是申请人的堂兄"}
REPORT = {"ground": "REQUESTED", "facts": "自己请了律师。"}
CHANGE = {"ground": "DUTY_BREACH", "statement": "一直联系不上承办人员。", "evidence": "通话记录。"}
STAY = {"since": "2026-03-02", "reason": "等待另案结果。", "document": "裁定书"}
FILE = {"file": ("补交.pdf", answers.PDF, "application/pdf")}
TARGET = {"targetProcessDefinitionKey": "{definition}"}
BEGUN = {"activateInstructions": [{"elementId": "call_review"}]}
ITEM = {"item": str(NOBODY)}
GRADES = answers.RATING["grades"]
TO_BE_DELETED = "intake.discarded_file"
"""A refused upload is noted here until it is deleted from the disk."""
PERSON = {
    name: answers.APPLICATION[name]
    for name in ("name", "id_kind", "id_number", "phone", "address", "capacity")
}
BODIES: dict[str, dict[str, Any]] = {
    "/v2/messages/publication": {"json": {"name": "survey_answered", "correlationKey": "{case_id}"}},
    "/v2/messages/correlation": {"json": {"name": "survey_answered", "correlationKey": "{case_id}"}},
    "/v2/process-instances": {"json": {"processDefinitionId": "handling", "businessId": "{case_id}"}},
    "/v2/process-instances/<int:key>/migration": {"json": TARGET},
    "/workflow/api/process-instances/<int:key>/migration/preview": {"json": TARGET},
    "/v2/process-instances/<int:key>/modification": {"json": BEGUN},
    "/workflow/api/process-instances/<int:key>/modification/preview": {"json": BEGUN},
    "/v2/element-instances/<int:key>/variables": {"json": {"variables": {"outcome": "granted"}}},
    "/v2/jobs/<int:key>": {"json": {"changeset": {"retries": 5}}},
    "/v2/jobs/<int:key>/error": {"json": {"errorCode": "BAD"}},
    "/v2/user-tasks/<int:key>": {"json": {"changeset": {"priority": 90}}},
    "/v2/user-tasks/<int:key>/assignment": {"json": {"assignee": "{me}"}},
    "/v2/user-tasks/<int:key>/completion": {"json": {"variables": {}}},
    "/workflow/api/tasks/<int:key>/files": {"files": FILE},
    "/workflow/tasks/<int:key>": {"data": {"revision": "1"}},
    "/workflow/tasks/<int:key>/assignment": {"data": {"person": str(NOBODY), "revision": "1"}},
    "/workflow/tasks/<int:key>/assignment/end": {"data": {"revision": "1"}},
    "/workflow/incidents/<int:key>/variables": {
        "data": {"revision": "1", "scope": "1", "name": "outcome", "value": '"granted"'}
    },
    "/workflow/cases/<uuid:case_id>/recusal": {"data": WITHDRAWN},
    "/workflow/cases/<uuid:case_id>/recusals": {"data": {"person": str(NOBODY), **WITHDRAWN}},
    "/workflow/recusals/<uuid:recusal_id>/lift": {"data": {"because": "认错人了"}},
    "/intake/applications/<uuid:case_id>/steps/<key>": {"data": {"revision": "1", **PERSON}},
    "/intake/applications/<uuid:case_id>/check": {"data": {"revision": "1"}},
    "/intake/applications/<uuid:case_id>/materials/<kind>": {"files": FILE},
    "/intake/applications/<uuid:case_id>/correction/<uuid:item_id>": {"files": FILE},
    "/intake/api/applications/<uuid:case_id>/answers": {
        "json": {"revision": 1, "answers": answers.APPLICATION}
    },
    "/intake/api/applications/<uuid:case_id>/materials": {"data": {"kind": "IDENTITY"}, "files": FILE},
    "/intake/api/applications/<uuid:case_id>/submission": {"json": {"revision": 1}},
    "/intake/api/applications/<uuid:case_id>/correction/files": {"data": ITEM, "files": FILE},
    "/intake/api/applications/<uuid:case_id>/correction": {"json": {}},
    "/intake/api/applications/<uuid:case_id>/withdrawal": {"json": {}},
    "/evaluation/cases/<uuid:case_id>/survey": {"data": GRADES},
    "/evaluation/api/cases/<uuid:case_id>/survey": {"json": {"grades": GRADES}},
    "/evaluation/cases/<uuid:case_id>/survey/answers": {"data": {**GRADES, "channel": "phone"}},
    "/evaluation/api/cases/<uuid:case_id>/survey/answers": {"json": {"grades": GRADES, "channel": "phone"}},
    "/review/cases/<uuid:case_id>/terminations/new": {"data": REPORT},
    "/review/api/cases/<uuid:case_id>/terminations": {"json": REPORT},
    "/review/cases/<uuid:case_id>/doubts/new": {"data": {"question": "为什么？"}},
    "/review/api/cases/<uuid:case_id>/doubts": {"json": {"question": "为什么？"}},
    "/review/cases/<uuid:case_id>/objections/new": {"data": {"reasons": "收入没有超过标准。"}},
    "/review/api/cases/<uuid:case_id>/objections": {"json": {"reasons": "收入没有超过标准。"}},
    "/dispatch/cases/<uuid:case_id>/changes/new": {"data": CHANGE},
    "/dispatch/api/cases/<uuid:case_id>/changes": {"json": CHANGE},
    "/handling/cases/<uuid:case_id>/suspensions/new": {"data": STAY, "files": FILE},
    "/handling/api/cases/<uuid:case_id>/suspensions": {"data": STAY, "files": FILE},
    "/notify/deliveries/<uuid:delivery_id>/result": {"data": {"result": "reached"}},
    "/notify/api/deliveries/<uuid:delivery_id>/result": {"json": {"result": "reached"}},
}
"""A body that would be right for a case that is not archived."""
