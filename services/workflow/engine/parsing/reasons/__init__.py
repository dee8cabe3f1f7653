"""Why a model is refused: one row per rule. Names are those of bpmnlint where it has the same rule."""

from services.workflow.engine.parsing.reasons.elements import OF_ELEMENTS
from services.workflow.engine.parsing.reasons.events import OF_EVENTS
from services.workflow.engine.parsing.reasons.files import OF_FILES
from services.workflow.engine.parsing.reasons.flows import OF_FLOWS

REASONS = OF_FILES | OF_ELEMENTS | OF_FLOWS | OF_EVENTS
