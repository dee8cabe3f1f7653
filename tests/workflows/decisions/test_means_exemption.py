"""Who is exempt from the review of means, and by which clause."""

from typing import Any

import pytest

from tests.workflows.decisions.deciding import Facts, decide, policy
from tests.workflows.decisions.edges import Edge, edge, fires, sides, untested

SHAOXING: Facts = {"eligibility.local_exemptions": ["shaoxing"]}
NANNING: Facts = {"eligibility.local_exemptions": ["shaoxing", "nanning"]}
NOWHERE: Facts = {"eligibility.local_exemptions": []}
NO_INCOME = "NO_FIXED_INCOME"


def who(*circumstances: str, **more: Any) -> dict[str, Any]:
    return {"circumstances": [*circumstances], **more}


def ages(rule: str, facts: Facts, *outside: Facts) -> list[Edge]:
    """Under 18 or 60 and over: the last day before and the birthday itself, both times."""
    grown_up: list[Facts] = [{"age": 18}, {"age": 59}, {"age": None}]
    return [edge(rule, {**facts, "age": age}, *grown_up, *outside) for age in (0, 17, 60, 70)]


def one_of(rule: str, facts: Facts, codes: str, *outside: Facts, among: str = "DISABLED") -> list[Edge]:
    """Each of the codes opens the row; without it the row is shut."""
    without = who(*[c for c in facts.get("circumstances", []) if c], among)
    return [
        edge(rule, {**facts, "circumstances": [*facts.get("circumstances", []), code]}, without, *outside)
        for code in codes.split()
    ]


CATEGORIES = {
    "a": "RURAL_FIVE_GUARANTEE", "b": "STATE_SUPPORTED_IN_WELFARE_INSTITUTION",
    "c": "SEVERELY_DISABLED_NO_FIXED_INCOME", "d": "MINIMUM_LIVING_ALLOWANCE", "e": "UNION_HARDSHIP_CERT",
    "f": "LIVES_ON_PENSION", "g": "OTHER_BY_LAW",
}  # fmt: skip
PAY: Facts = {"matter": "LABOUR_PAY"}
NOT_PAY: Facts = {"matter": "CONSUMER"}
ASSISTED = "SOCIAL_ASSISTANCE JUDICIAL_ASSISTANCE PREFERENTIAL_TREATMENT"
LAW = [
    *(
        edge(f"means_exemption_grounds_{key}", {"category": code}, {"category": "NONE"}, {"category": None})
        for key, code in CATEGORIES.items()
    ),
    *ages("means_exemption_grounds_law_income_age", who(NO_INCOME), who("WOMAN")),
    edge(
        "means_exemption_grounds_law_income_disabled",
        who(NO_INCOME, "DISABLED"),
        who(NO_INCOME),
        who("DISABLED"),
    ),
    *one_of("means_exemption_grounds_law_assistance", {}, ASSISTED),
    *(
        edge(
            "means_exemption_grounds_law_worker", who("MIGRANT_WORKER", matter=matter), NOT_PAY, who("WORKER")
        )
        for matter in ("LABOUR_PAY", "WORK_INJURY")
    ),
    *(
        edge("means_exemption_grounds_law_rights", {"matter": matter}, NOT_PAY)
        for matter in ("HERO_HONOUR", "BRAVE_ACT", "RETRIAL_ACQUITTAL")
    ),
    *(
        edge("means_exemption_grounds_law_victim", who("ABUSE_VICTIM", matter=matter), NOT_PAY, who())
        for matter in ("ABUSE_VICTIM_RIGHTS", "CHANGE_ADOPTION_GUARDIANSHIP", "VICTIM_DIVORCE")
    ),
]
IN_SHAOXING = [
    *(
        edge(
            "means_exemption_grounds_s1_1",
            who(worker, matter=matter, **SHAOXING),
            NOWHERE,
            NOT_PAY,
            who("RETURNED_MIGRANT_WORKER"),
        )
        for worker in ("WORKER", "MIGRANT_WORKER")
        for matter in ("LABOUR_PAY", "WORK_INJURY")
    ),
    *ages("means_exemption_grounds_s1_2_age", who(NO_INCOME, **SHAOXING), who("WOMAN"), NOWHERE),
    *one_of(
        "means_exemption_grounds_s1_2_disabled",
        who(NO_INCOME, **SHAOXING),
        "DISABLED SPECIAL_GROUP",
        who("DISABLED", "SPECIAL_GROUP"),
        NOWHERE,
        among="WOMAN",
    ),
    *one_of("means_exemption_grounds_s1_3", SHAOXING, ASSISTED, NOWHERE),
    edge("means_exemption_grounds_s1_4a", {"age": 70, **SHAOXING}, {"age": 69}, {"age": None}, NOWHERE),
    *one_of(
        "means_exemption_grounds_s1_4b",
        {"age": 60, **SHAOXING},
        "DESTITUTE INCAPACITATED SERIOUSLY_ILL",
        {"age": 59},
        NOWHERE,
    ),
    *one_of("means_exemption_grounds_s1_5", SHAOXING, "OTHER_DOCUMENT", NOWHERE),
]
LABOUR = "LABOUR_PAY LABOUR_RELATION LABOUR_DISPUTE WORK_INJURY SOCIAL_INSURANCE_OR_MINIMUM_LIVING"
CERTIFICATES = "MINIMUM_LIVING_CERT DESTITUTE DISABLED UNEMPLOYED REGISTERED_HARDSHIP"
IN_NANNING = [
    *one_of("means_exemption_grounds_s4_1", NANNING, CERTIFICATES, SHAOXING, among="WOMAN"),
    edge("means_exemption_grounds_s4_2_age", {"age": 70, **NANNING}, {"age": 69}, SHAOXING),
    edge(
        "means_exemption_grounds_s4_2_ill",
        who("SERIOUSLY_ILL", age=60, **NANNING),
        {"age": 59},
        who("DISABLED"),
        SHAOXING,
    ),
    *one_of("means_exemption_grounds_s4_3", NANNING, "MILITARY", SHAOXING),
    *(
        edge(
            "means_exemption_grounds_s4_4", who(worker, matter=m, **NANNING), NOT_PAY, who("WORKER"), SHAOXING
        )
        for worker in ("MIGRANT_WORKER", "HARDSHIP_WORKER")
        for m in LABOUR.split()
    ),
    *ages("means_exemption_grounds_s4_5_age", who("ABUSE_VICTIM", **NANNING), who("WOMAN"), SHAOXING),
    *ages("means_exemption_grounds_s4_5_age", who("SERIOUS_TORT_VICTIM", **NANNING), who(), SHAOXING),
    *(
        edge("means_exemption_grounds_s4_5_group", who(harm, who_, **NANNING), who(harm), who(who_), SHAOXING)
        for harm in ("ABUSE_VICTIM", "SERIOUS_TORT_VICTIM")
        for who_ in ("WOMAN", "DISABLED", "SERIOUSLY_ILL")
    ),
    edge("means_exemption_grounds_s4_6", {"matter": "MAINTENANCE", **NANNING}, NOT_PAY, SHAOXING),
    *one_of("means_exemption_grounds_s4_7_assistance", NANNING, "DESTITUTE SOCIAL_ASSISTANCE", SHAOXING),
    *ages("means_exemption_grounds_s4_7_age", who(NO_INCOME, **NANNING), who("WOMAN"), SHAOXING),
    edge(
        "means_exemption_grounds_s4_7_disabled",
        who(NO_INCOME, "DISABLED", **NANNING),
        who(NO_INCOME),
        who("DISABLED"),
        SHAOXING,
    ),
    edge(
        "means_exemption_grounds_s4_7_woman",
        who("ABUSE_VICTIM", "WOMAN", **NANNING),
        who("ABUSE_VICTIM"),
        who("WOMAN"),
        SHAOXING,
    ),
    *one_of(
        "means_exemption_grounds_s4_7_worker", NANNING, "HARDSHIP_WORKER RETURNED_MIGRANT_WORKER", SHAOXING
    ),
]
EDGES = LAW + IN_SHAOXING + IN_NANNING


@pytest.mark.parametrize(("rule", "facts", "wanted"), sides("means_exemption", EDGES))
def test_both_sides_of_each_row(rule: str, facts: Facts, wanted: bool) -> None:
    assert fires("means_exemption", rule, facts) is wanted


def test_every_row_has_its_edges() -> None:
    assert untested("means_exemption", EDGES) == set()


@pytest.mark.parametrize("category", policy("{}").get("intake.person_categories"), ids=lambda c: c["code"])
@pytest.mark.clause("S0-4.2")
def test_each_category_of_the_application_form_is_exempt_by_its_own_clause(category: dict[str, str]) -> None:
    result = decide("means_exemption", "means_exemption", {"category": category["code"]})
    assert result["exempt"] is True
    assert [ground["clause"] for ground in result["grounds"]] == [category["clause"]]


def test_without_a_ground_nobody_is_exempt_and_nobody_refused() -> None:
    assert decide("means_exemption", "means_exemption", {"age": 59}) == {"exempt": False, "grounds": []}


@pytest.mark.clause("S1-一(二)4a", "S4-三3-2")
def test_every_ground_is_listed_in_the_order_of_the_table() -> None:
    result = decide(
        "means_exemption", "means_exemption", {"age": 70, "category": "LIVES_ON_PENSION", **NANNING}
    )
    assert [g["clause"] for g in result["grounds"]] == ["S0-4.2f", "S1-一(二)4a", "S4-三3-2"]
