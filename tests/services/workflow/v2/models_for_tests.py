"""Models the API tests deploy, and how they are handed to the client."""

import io
from typing import Any

from camunda_orchestration_sdk import models
from camunda_orchestration_sdk.types import File

from tests.services.workflow.engine.drawing import (
    end,
    ext,
    file,
    flows,
    message,
    message_def,
    node,
    process,
    start,
    user,
)

REVIEWERS = ext('assignmentDefinition candidateGroups="reviewer"', 'formDefinition formId="f"')
LINE = file(process(start(), user("look", REVIEWERS), end(), flows("s look e")))
TWO = file(
    process(
        start(),
        user("propose", REVIEWERS),
        user(
            "approve",
            ext('assignmentDefinition candidateGroups="approver"').replace(
                "</extensionElements>",
                '<zeebe:properties><zeebe:property name="separateFrom" value="propose"/></zeebe:properties>'
                "</extensionElements>",
            ),
        ),
        end(),
        flows("s propose approve e"),
    )
)
WAITS = file(
    process(
        start(),
        node("intermediateCatchEvent", "wait", message("m")),
        user("after"),
        end(),
        flows("s wait after e"),
    ),
    extra=message_def("m", "go"),
)


def deployment(**resources: bytes) -> models.CreateDeploymentData:
    """Files for a deployment; `look_bpmn` stands for `look.bpmn`."""
    files = [
        File(io.BytesIO(content), name.replace("_", "."), "application/octet-stream")
        for name, content in resources.items()
    ]
    return models.CreateDeploymentData(resources=files)


def by_id(process_id: str = "p", **options: Any) -> models.ProcessCreationById:
    """The request to start a process by its id."""
    variables = options.pop("variables", None)
    request = models.ProcessCreationById.from_dict({"processDefinitionId": process_id, **options})
    if variables is not None:
        request.variables = models.ProcessInstanceCreationInstructionBaseVariables.from_dict(variables)
    return request
