"""Which matters legal aid covers, and by which clause."""

import pytest

from services.intake.rules import series_of
from tests.workflows.decisions.deciding import Facts, decide, policy
from tests.workflows.decisions.edges import edge, fires, restrictions, sides, untested

ADOPTED = {"eligibility.supplementary_scope": True}
NOT_ADOPTED = {"eligibility.supplementary_scope": False}
UNLIMITED = {"eligibility.unlimited_scope": True}
MILITARY = {"circumstances": ["WOMAN", "MILITARY"]}
CIVILIAN = {"circumstances": ["WOMAN"]}
OTHER_MATTER = {"matter": "PHANTOM"}
STANDARD = {
    "a": "STATE_COMPENSATION", "b": "SOCIAL_INSURANCE_OR_MINIMUM_LIVING", "c": "PENSION_RELIEF",
    "d": "MAINTENANCE", "e": "SERIOUS_BODILY_HARM", "f": "CHANGE_ADOPTION_GUARDIANSHIP",
    "g": "VICTIM_DIVORCE", "h": "CRIMINAL_SUSPECT", "i": "PUBLIC_PROSECUTION_VICTIM",
    "j": "PRIVATE_PROSECUTION_PARTY", "k": "OTHER_BY_STATE",
}  # fmt: skip
LAW = {
    "labour": ["LABOUR_PAY", "LABOUR_RELATION"],
    "capacity": ["CIVIL_CAPACITY"],
    "accident": ["WORK_INJURY", "TRAFFIC_ACCIDENT", "FOOD_DRUG_ACCIDENT", "MEDICAL_ACCIDENT"],
    "environment": ["ENVIRONMENT"],
    "rights": ["HERO_HONOUR", "BRAVE_ACT", "RETRIAL_ACQUITTAL", "ABUSE_VICTIM_RIGHTS"],
    "defendant": ["CRIMINAL_DEFENDANT"],
}
SUPPLEMENT = {
    "a": ["GUARDIAN_LIABILITY", "MARRIAGE_FREEDOM", "INHERITANCE"],
    "b": ["SCHOOL_LIABILITY", "MEDICAL_DAMAGE", "HIGH_DANGER_LIABILITY", "OBJECT_DAMAGE"],
    "c": ["HELPER_INJURY", "BRAVE_ACT_INJURY", "LAND_REQUISITION"],
    "d": ["LABOUR_DISPUTE", "PERSONNEL_DISPUTE", "EMPLOYER_LIABILITY", "DISPATCHED_WORKER_TORT"],
    "e": ["LABOUR_PROVIDER_HARM", "LABOUR_PROVIDER_INJURY"],
    "f": ["SAFETY_DUTY", "ELECTRIC_SHOCK", "NEIGHBOURS"],
    "g": ["CONSUMER", "PRODUCT_LIABILITY"],
    "h": ["GUARDIANSHIP_PROCEDURE", "ENFORCEMENT"],
    "i": ["STABILITY_GROUP"],
}
FOR_MILITARY = {
    "M1": ["PREFERENTIAL_CLAIM"],
    "M2": ["PERSONAL_INJURY"],
    "M3": ["FARM_INPUT_QUALITY", "HOMESTEAD", "INSURANCE_PAYMENT"],
}
EDGES = [
    edge("scope_no_matter", {"matter": None}, {"matter": "MAINTENANCE"}),
    edge(
        "scope_excluded",
        {"matter": "MAINTENANCE", "eligibility.excluded_matters": ["MAINTENANCE", "CONSUMER"]},
        {"eligibility.excluded_matters": ["CONSUMER"]},
    ),
    *(edge(f"scope_{key}", {"matter": code}, OTHER_MATTER) for key, code in STANDARD.items()),
    *(edge(f"scope_k_{key}", {"matter": c}, OTHER_MATTER) for key, codes in LAW.items() for c in codes),
    *(
        edge(f"scope_s4_{key}", {"matter": code, **ADOPTED}, OTHER_MATTER, NOT_ADOPTED)
        for key, codes in SUPPLEMENT.items()
        for code in codes
    ),
    *(
        edge(f"scope_s4_{key}", {"matter": code, **ADOPTED, **MILITARY}, OTHER_MATTER, NOT_ADOPTED, CIVILIAN)
        for key, codes in FOR_MILITARY.items()
        for code in codes
    ),
    edge(
        "scope_unlimited",
        {"matter": "PHANTOM", **UNLIMITED},
        {"matter": "OTHER_CRIMINAL"},
        {"eligibility.unlimited_scope": False},
        {"matter": "CONSUMER", **ADOPTED},
        {"eligibility.excluded_matters": ["PHANTOM"]},
    ),
    edge("scope_not_listed", OTHER_MATTER, {"matter": "MAINTENANCE"}, UNLIMITED),
    *(edge(f"case_category_{k}", {"matter": STANDARD[k]}, {"matter": "MAINTENANCE"}) for k in "ahij"),
    edge("case_category_k", {"matter": "CRIMINAL_DEFENDANT"}, {"matter": "CRIMINAL_SUSPECT"}),
    edge("case_category_k", {"matter": "OTHER_CRIMINAL"}, {"matter": "MAINTENANCE"}),
    edge(
        "case_category_other",
        {"matter": "MAINTENANCE"},
        *({"matter": STANDARD[key]} for key in "ahij"),
        {"matter": "CRIMINAL_DEFENDANT"},
        {"matter": "OTHER_CRIMINAL"},
    ),
]


@pytest.mark.parametrize(("rule", "facts", "wanted"), sides("scope", EDGES))
def test_both_sides_of_each_row(rule: str, facts: Facts, wanted: bool) -> None:
    assert fires("scope", rule, facts) is wanted


def test_every_row_has_its_edges() -> None:
    assert untested("scope", EDGES) == set()
    assert restrictions("scope", "scope_not_listed") == 0


@pytest.mark.parametrize("matter", [entry["code"] for entry in policy("{}").get("intake.matters")])
@pytest.mark.clause("S0-4.1")
def test_each_matter_of_the_application_form_is_in_scope_by_its_own_clause(matter: str) -> None:
    (entry,) = [entry for entry in policy("{}").get("intake.matters") if entry["code"] == matter]
    result = decide("scope", "scope", {"matter": matter})
    assert (result["eligible"], result["clause"]) == (True, entry["clause"])


@pytest.mark.parametrize(
    ("facts", "eligible", "clause"),
    [
        ({"matter": "CONSUMER"}, False, "S0-4.1"),
        ({"matter": "CONSUMER", **ADOPTED}, True, "S4-三1g"),
        ({"matter": "CONSUMER", **UNLIMITED}, True, "S1-一(一)"),
        (
            {"matter": "CONSUMER", **UNLIMITED, "eligibility.excluded_matters": ["CONSUMER"]},
            False,
            "S1-一(一)b",
        ),
        ({"matter": "HOMESTEAD", **ADOPTED}, False, "S0-4.1"),
        ({"matter": None, **UNLIMITED}, None, "S0-4.1"),
    ],
)
def test_a_matter_outside_the_standard_depends_on_the_place(
    facts: Facts, eligible: bool | None, clause: str
) -> None:
    result = decide("scope", "scope", facts)
    assert (result["eligible"], result["clause"]) == (eligible, clause)


@pytest.mark.parametrize("matter", [entry["code"] for entry in policy("{}").get("intake.matters")])
def test_the_category_is_the_one_in_the_case_number(matter: str) -> None:
    words = {"criminal": "刑", "administrative": "行", "civil": "民"}
    assert words[decide("scope", "case_category", {"matter": matter})] == series_of(matter)
