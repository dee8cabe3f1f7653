"""Policies: what the shipped profile says, and every mistake in a file named by its path."""

import re
import shutil
from pathlib import Path

import pytest

from shared.policy import Policy, PolicyError, load_policy

SHIPPED = Path(__file__).parents[2] / "workflows" / "policies"


@pytest.fixture(scope="module")
def jiangsu() -> Policy:
    return load_policy(SHIPPED, "jiangsu")


@pytest.fixture
def folder(tmp_path):
    for name in ("base.yaml", "schema.yaml"):
        shutil.copy(SHIPPED / name, tmp_path)
    return tmp_path


def with_profile(folder, text) -> Policy:
    (folder / "here.yaml").write_text(text, encoding="utf-8")
    return load_policy(folder, "here")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("review.decision.target_working_days", 7),
        ("review.decision.statutory_days", 7),
        ("review.decision.warn_percent", [50, 80]),
        ("correction.working_days", 10),
        ("intake.confirm_days", 7),
        ("intake.upload_max_mb", 20),
        ("dispatch.accept_hours", 24),
        ("dispatch.statutory_days", 3),
        ("dispatch.licence_years", 2),
        ("dispatch.clean_years", 2),
        ("handling.contact_working_days", 3),
        ("handling.contact_hard_days", 5),
        ("handling.meeting_working_days", 3),
        ("closing.submit_days", 30),
        ("closing.review_days", 30),
        ("survey.days", 15),
        ("notice.channels.correction", ["in_app", "sms", "phone"]),
        ("notice.channels.decision", ["in_app", "sms"]),
        ("notice.channels.default", ["in_app", "sms"]),
    ],
)
def test_the_shipped_numbers(jiangsu, path, value):
    assert jiangsu.get(path) == value


@pytest.mark.clause("S0-4.1a")
@pytest.mark.clause("S0-4.1b")
@pytest.mark.clause("S0-4.1c")
@pytest.mark.clause("S0-4.1d")
@pytest.mark.clause("S0-4.1e")
@pytest.mark.clause("S0-4.1f")
@pytest.mark.clause("S0-4.1g")
def test_the_catalogue_of_matters_is_that_of_the_standard(jiangsu):
    matters = jiangsu.get("intake.matters")
    assert {matter["clause"].removeprefix("S0-4.1"): matter["code"] for matter in matters} == {
        "a": "STATE_COMPENSATION",
        "b": "SOCIAL_INSURANCE_OR_MINIMUM_LIVING",
        "c": "PENSION_RELIEF",
        "d": "MAINTENANCE",
        "e": "SERIOUS_BODILY_HARM",
        "f": "CHANGE_ADOPTION_GUARDIANSHIP",
        "g": "VICTIM_DIVORCE",
        "h": "CRIMINAL_SUSPECT",
        "i": "PUBLIC_PROSECUTION_VICTIM",
        "j": "PRIVATE_PROSECUTION_PARTY",
        "k": "OTHER_BY_STATE",
    }


@pytest.mark.clause("S0-4.2a")
@pytest.mark.clause("S0-4.2b")
@pytest.mark.clause("S0-4.2c")
@pytest.mark.clause("S0-4.2d")
@pytest.mark.clause("S0-4.2f")
def test_the_catalogue_of_persons_is_that_of_the_standard(jiangsu):
    categories = jiangsu.get("intake.person_categories")
    assert {category["clause"].removeprefix("S0-4.2"): category["code"] for category in categories} == {
        "a": "RURAL_FIVE_GUARANTEE",
        "b": "STATE_SUPPORTED_IN_WELFARE_INSTITUTION",
        "c": "SEVERELY_DISABLED_NO_FIXED_INCOME",
        "d": "MINIMUM_LIVING_ALLOWANCE",
        "e": "UNION_HARDSHIP_CERT",
        "f": "LIVES_ON_PENSION",
        "g": "OTHER_BY_LAW",
    }


def test_required_materials_are_the_four_groups_of_the_standard(jiangsu):
    materials = jiangsu.get("intake.materials")
    required = [m["code"] for m in materials if m["required"] and not m.get("categories")]
    assert required == ["IDENTITY", "CONTACT", "ECONOMIC", "MATTER"]


def test_members_of_the_listed_groups_prove_it(jiangsu):
    proof = next(m for m in jiangsu.get("intake.materials") if m["code"] == "CATEGORY_PROOF")
    assert proof["categories"] == [c["code"] for c in jiangsu.get("intake.person_categories")]


@pytest.mark.clause("S0-7.4.2b")
def test_every_material_comes_with_guidance_and_a_template(jiangsu):
    for material in jiangsu.get("intake.materials"):
        assert len(material["guidance"]) > 20
        assert material["template"]


def test_assignment_notices_go_by_several_channels(jiangsu):
    assert len(jiangsu.get("notice.channels.assignment")) >= 2


def test_a_profile_changes_single_settings_and_keeps_the_rest(folder):
    policy = with_profile(folder, "review: {decision: {target_working_days: 5}}")
    assert policy.get("review.decision") == {
        "target_working_days": 5,
        "statutory_days": 7,
        "warn_percent": [50, 80],
    }


def test_lists_are_replaced_as_a_whole(folder):
    policy = with_profile(folder, "review: {decision: {warn_percent: [90]}}")
    assert policy.get("review.decision.warn_percent") == [90]


@pytest.mark.parametrize("path", ["review.decision.x", "review.decision.warn_percent.0", "nothing", ""])
def test_an_unknown_path_is_named(jiangsu, path):
    with pytest.raises(PolicyError, match=f"^{re.escape(path)}: "):
        jiangsu.get(path)


def test_a_policy_cannot_be_changed(jiangsu):
    jiangsu.get("review.decision.warn_percent").append(99)
    assert jiangsu.get("review.decision.warn_percent") == [50, 80]
    with pytest.raises(AttributeError):
        jiangsu.version = "other"


def test_the_version_names_profile_and_values(folder):
    first = with_profile(folder, "survey: {days: 15}")
    assert re.fullmatch(r"here-[0-9a-f]{12}", first.version)
    assert with_profile(folder, "# a remark changes nothing\ntitle: 全国基础策略").version == first.version
    assert with_profile(folder, "survey: {days: 16}").version != first.version


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("review: {decision: {statutory_days: 8}}", "review.decision.statutory_days: 8 is greater"),
        ("dispatch: {statutory_days: 4}", "dispatch.statutory_days: 4 is greater"),
        ("handling: {contact_hard_days: 6}", "handling.contact_hard_days: 6 is greater"),
        ("survey: {days: 0}", "survey.days: 0 is less"),
        ("survey: {days: 2.5}", "survey.days: 2.5 is not of type 'integer'"),
        ("survey: {days: true}", "survey.days: True is not of type 'integer'"),
        ("survey: {days: '15'}", "survey.days: '15' is not of type 'integer'"),
        ("survey: null", "survey: None is not of type 'object'"),
        ("correction: {working_days: null}", "correction.working_days: None is not"),
        ("review: {decision: {warn_percent: [80, 50]}}", "review.decision.warn_percent: [80, 50] is not asc"),
        ("review: {decision: {warn_percent: [50, 50]}}", "review.decision.warn_percent: [50, 50] is not asc"),
        ("review: {decision: {warn_percent: [50, 101]}}", "review.decision.warn_percent.1: 101 is greater"),
        ("review: {decision: {warn_percent: []}}", "review.decision.warn_percent: [] "),
        ("notice: {channels: {assignment: [sms]}}", "notice.channels.assignment: ['sms'] is too short"),
        ("notice: {channels: {other: [pigeon]}}", "notice.channels.other.0: 'pigeon' is not one of"),
        ("reveiw: {}", "settings: Additional properties are not allowed ('reveiw' was unexpected)"),
        ("survey: {dyas: 3}", "survey: Additional properties are not allowed ('dyas' was unexpected)"),
        ("intake: {matters: [{code: A, label: 甲}]}", "intake.matters.0.clause: must be present"),
        (
            "intake: {matters: [{code: A, label: 甲, clause: x}, {code: A, label: 乙, clause: y}]}",
            "intake.matters: code A stands twice",
        ),
        ("review: {decision: {warn_percent: [a, 50]}}", "review.decision.warn_percent.0: 'a' is not of type"),
        (
            "intake: {matters: [{code: A}]}",
            "intake.matters.0.label, intake.matters.0.clause: must be present",
        ),
        (
            "quality: {rubric: [{code: A, label: 甲, points: 99, clause: x}]}",
            "quality.rubric: points add up to 99, not 100",
        ),
        ("retention: {sent_days: 6}", "retention.sent_days: 6 is less"),
        ("retention: {asked_days: 365}", "retention.asked_days: 365 is less"),
        ("retention: {sessions_days: 1}", "retention.sessions_days: 1 is less"),
        ("retention: {put_away_days: 0}", "retention.put_away_days: 0 is less"),
        ("retention: {kept_years: 0}", "retention.kept_years: 0 "),
        ("quality: {assess_percent: 101}", "quality.assess_percent: 101 is greater"),
        ("quality: {recheck: [bad]}", "quality.recheck.0: 'bad' is not one of"),
        ("survey: {days: 3, days: 4}", "days is written twice"),
        ("survey: [", "here.yaml: while parsing"),
        ("- 1", "here.yaml: a policy file holds settings with names"),
    ],
)
def test_mistakes_are_named_by_their_path(folder, text, complaint):
    with pytest.raises(PolicyError, match=re.escape(complaint)):
        with_profile(folder, text)


@pytest.mark.parametrize(
    "text",
    [
        "review: {decision: {statutory_days: 7}}",
        "dispatch: {statutory_days: 3}",
        "retention: {sent_days: 7, asked_days: 366, sessions_days: 2, kept_years: 1}",
        "retention: {kept_years: null}",
    ],
)
def test_the_limit_itself_is_allowed(folder, text):
    assert with_profile(folder, text).profile == "here"


def test_a_policy_without_a_correction_period_is_refused(folder):
    base = folder / "base.yaml"
    text = base.read_text(encoding="utf-8")
    base.write_text(re.sub(r"correction:\n +working_days.*\n", "correction: {}\n", text), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"correction\.working_days: must be present"):
        with_profile(folder, "{}")


def test_all_mistakes_are_listed_at_once(folder):
    with pytest.raises(PolicyError, match=r"closing\.submit_days: 0 .*; survey\.days: -1 "):
        with_profile(folder, "survey: {days: -1}\nclosing: {submit_days: 0}")


@pytest.mark.parametrize("profile", ["base", "schema", "../jiangsu", "Jiangsu", "", "a.b"])
def test_only_plain_names_are_profiles(profile):
    with pytest.raises(PolicyError, match="not the name of a profile"):
        load_policy(SHIPPED, profile)


def test_a_missing_file_is_named():
    with pytest.raises(PolicyError, match=r"atlantis\.yaml: there is no such policy file"):
        load_policy(SHIPPED, "atlantis")
