"""Which columns hold something about people, and that each of these is sealed (S0-10.1.1).

A new column of text stands in one of the lists below, or the test fails: nobody stores a name by oversight.
"""

import pytest
import sqlalchemy as sa

from services.system import SERVICES, service
from services.workflow.finished.document import PUT_AWAY, table_of
from shared.database import DecimalText, Encrypted, Instant
from shared.messaging.tables import MECHANISM

PERSONAL = {
    "identity": "access_entry.note person.login person.name person.phone person_event.why",
    "workflow": "case_material.name recusal.lifted_because recusal.text staff.name submission.answers "
    "upload.name",
    "intake": "application.answers application.withdrawal_reason consent.address correction_item.defect "
    "correction_item.remedy correction_item.reply disclosure.purpose material.name uploaded_letter.name",
    "review": "decision.reasons doubt.question explanation.content finding.defect finding.remedy "
    "notice.supervisor_reason objection.reasons objection.findings termination.facts "
    "termination.verification",
    "dispatch": "assignment.reason case_copy.applicant_name change_file.name change_letter.content "
    "change_letter.delivery_note change_request.statement change_request.evidence change_request.hearing "
    "change_request.reasons contact.phone escalation.explanation member.names",
    "roster": "person.name",
    "handling": "agreement.files handover.listed handover.received handover.files meeting.place "
    "meeting.facts meeting.advice progress.summary progress.files progress.details solution.opinion "
    "solution.risks solution.files suspension.reason suspension.document suspension.file_name "
    "suspension.resumption suspension.files",
    "evaluation": "closing_file.report closing_file.files closing_review.problems closing_review.remark "
    "improvement.measure improvement.owner improvement.outcome rating.comment score_sheet.items "
    "score_sheet.remark",
    "notify": "case_copy.applicant contact.name contact.phone delivery.remark letter.title letter.body "
    "letter.short",
}  # fmt: skip
"""Names, phone and document numbers, addresses, and whatever somebody writes about somebody."""

BLIND = "login_index address_index tried party_index notice_index applicant_index opponent_indexes " \
    "name_index firm_index code_index"  # fmt: skip
HASHED = "password_hash secret_hash hash history_hash sha256 file_sha256 notice_sha256 manifest_sha256 " \
    "definition_sha digest"  # fmt: skip
ORGANISATIONS = "path parent_path organisation org_path agency authority authority_name firm_path " \
    "offered_firm handler_at separate_from_firm organisation.name message.places"  # fmt: skip
CODES = (
    "kind status state case_state role roles candidate_groups channel channels matter matters category "
    "case_kind ground grounds outcome result response action stage code steps_done mark marks "
    "level grade grades dimension material against witness_needed contacted_with agreed_with mode unmet "
    "delivery reported_as step rated_by media_type file_media_type number series template score coefficient "
    "consequences policy_version calendar_version notice_version type source subject feed entries items "
    "recusal.reason lane_role separate_from_case act what purpose fields case_number manifest service "
    "login_session.device scopes door turn.reason link link_text"
)
IDS = "client_id assignee by claimed_by completed_by completed_for deployed_by resolved_by worker lease " \
    "candidate.name candidate_users separate_from separate_from_persons message_id id"  # fmt: skip
MODELS = (
    "process_id element_id form_id form_key decision_id requirements_id name requirements_name namespace "
    "imports resource xml body notes decision_name pins source variables headers message correlation_key "
    "signal error_code start_key plan failure rules inputs result value tokens before job.held problem "
    "incident.reason batch_operation.reason document"
)
"""What belongs to a process model or runs through one: variables never hold personal data."""
PLAIN = frozenset(" ".join((BLIND, HASHED, ORGANISATIONS, CODES, IDS, MODELS)).split())
NAMES = {  # "name" says what is named: these are no people
    "identity": {"organisation", "organisation_event", "api_client"}, "roster": {"organisation"},
    "workflow": set(service("workflow").metadata.tables) - {"case_material", "upload"},
}  # fmt: skip
_HOLDS_NO_TEXT = (sa.Uuid, sa.Integer, sa.Boolean, sa.Date, sa.Float, Instant, DecimalText)


def columns(name: str) -> list[sa.Column[object]]:
    tables = [*service(name).metadata.sorted_tables, *MECHANISM.sorted_tables]
    return [column for table in tables for column in table.columns]


@pytest.mark.clause("S0-10.1.1")
@pytest.mark.parametrize("name", SERVICES)
def test_what_is_personal_is_sealed_for_its_place(name: str) -> None:
    sealed = {f"{c.table.name}.{c.name}": c.type for c in columns(name) if isinstance(c.type, Encrypted)}
    assert set(sealed) == set(PERSONAL[name].split())
    assert {place: kind.place for place, kind in sealed.items()} == {place: place for place in sealed}


@pytest.mark.parametrize("name", SERVICES)
def test_every_other_text_is_known_not_to_be_about_people(name: str) -> None:
    mechanism = set(MECHANISM.tables)
    unknown = [
        f"{c.table.name}.{c.name}" for c in columns(name)
        if c.table.name not in mechanism and not isinstance(c.type, (Encrypted, *_HOLDS_NO_TEXT))
        and f"{c.table.name}.{c.name}" not in PLAIN
        and (c.name not in PLAIN or (c.name == "name" and c.table.name not in NAMES.get(name, set())))
    ]  # fmt: skip
    assert not unknown


def test_the_mechanism_stores_sealed_messages_and_no_other_text_about_people() -> None:
    texts = {
        f"{c.table.name}.{c.name}" for table in MECHANISM.sorted_tables for c in table.columns
        if not isinstance(c.type, _HOLDS_NO_TEXT)
    }  # fmt: skip
    assert texts == {"outbox.name", "outbox.subject", "outbox.wire", "stream.subject", "inbox.name"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_blind_index_is_made_anew_when_keys_rotate(name: str) -> None:
    indexes = {
        f"{c.table.name}.{c.name}" for c in columns(name) if c.name.endswith(("_index", "_indexes"))
    }  # fmt: skip
    declared = service(name).indexes
    assert {f"{each.entity.__tablename__}.{c}" for each in declared for c in each.columns} == indexes


def test_what_is_put_away_unsealed_holds_nothing_sealed() -> None:
    """A document of rows is not looked through when keys rotate."""
    columns_put_away = [column for model in PUT_AWAY for column in table_of(model).columns]
    assert columns_put_away
    assert not [column for column in columns_put_away if isinstance(column.type, Encrypted)]
