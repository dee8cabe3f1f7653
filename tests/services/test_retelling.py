"""After an upgrade workflow learns the names and roles of everyone who was announced before."""

from pathlib import Path

from services.demo import demo_people, seed_demo
from services.identity.app import SERVICE as IDENTITY
from services.retelling import names_are_missing, tell_of_everyone
from services.workflow.app import SERVICE as WORKFLOW
from services.workflow.human.absences import substitutes_for
from services.workflow.models import PersonPlace, Staff
from shared.contracts.identity import PersonChanged
from tests.rig import CENTRE, Bench, person


def test_who_was_told_of_by_an_earlier_version_is_told_of_again(tmp_path: Path) -> None:
    identity, workflow = Bench(IDENTITY, tmp_path / "i"), Bench(WORKFLOW, tmp_path / "w")
    seed_demo(identity.runtime)
    before = len(identity.emitted(PersonChanged))
    assert not names_are_missing(workflow.runtime)
    with workflow.work() as work:
        work.session.add(PersonPlace(person_id=person("somebody"), organisation=CENTRE, roles=[]))
    assert names_are_missing(workflow.runtime)
    tell_of_everyone(identity.runtime)
    news = identity.emitted(PersonChanged)[before:]
    assert {n.person_id for n in news} >= {p["id"] for p in demo_people()["people"]}
    for message in news:
        workflow.deliver(message)
    assert not names_are_missing(workflow.runtime)
    with workflow.runtime.reading() as session:
        names = {row.person_id: row.name for row in session.query(Staff)}
        assert names == {n.person_id: n.person["name"] for n in news if n.person_id in names}
        assert any(substitutes_for(session, person_id) for person_id in names)
