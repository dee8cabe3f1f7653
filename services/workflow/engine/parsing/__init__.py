"""From BPMN 2.0 XML in the Camunda 8 profile to `Definition`s, or a list of located reasons why not."""

from dataclasses import replace

from services.workflow.engine.definition import Definition
from services.workflow.engine.faults import ModelRefused
from services.workflow.engine.parsing.checks import check
from services.workflow.engine.parsing.document import Findings, open_document
from services.workflow.engine.parsing.elements import read_process
from services.workflow.engine.parsing.normalising import normalise

__all__ = ["parse"]


def parse(xml: bytes, *, accepted: bool = False) -> list[Definition]:
    """The executable processes of a file; raises `ModelRefused` with every reason found at once.

    With `accepted` the file was deployed before: rules made since then do not stop what is running.
    """
    findings = Findings()
    document = open_document(xml, findings)
    about_file, definitions = findings.notes, []
    for process in document.processes:
        findings.notes = [*about_file]
        normalise(process, findings)
        definition = read_process(process, document, findings)
        check(definition, findings)
        definitions.append(replace(definition, notes=tuple(dict.fromkeys(findings.notes))))
    if findings.errors and not accepted:
        raise ModelRefused(findings.errors)
    return definitions
