"""From BPMN 2.0 XML in the Camunda 8 profile to `Definition`s, or a list of located reasons why not."""

from services.workflow.engine.definition import Definition
from services.workflow.engine.faults import ModelRefused
from services.workflow.engine.parsing.checks import check
from services.workflow.engine.parsing.document import Findings, open_document
from services.workflow.engine.parsing.elements import read_process

__all__ = ["parse"]


def parse(xml: bytes) -> list[Definition]:
    """The executable processes of a file; raises `ModelRefused` with every reason found at once."""
    findings = Findings()
    document = open_document(xml, findings)
    definitions = [read_process(process, document, findings) for process in document.processes]
    for definition in definitions:
        check(definition, findings)
    if findings.errors:
        raise ModelRefused(findings.errors)
    return definitions
