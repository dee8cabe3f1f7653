"""The tables of workflow, by what they are about."""

from services.workflow.models.batches import BatchItem, BatchOperation
from services.workflow.models.cases import CaseCopy, CaseMaterial
from services.workflow.models.decisions import DecisionDefinition, DecisionInstance, DecisionRequirements
from services.workflow.models.definitions import FormVersion, ModelVersion, StartMessage, StartSignal
from services.workflow.models.finished import FinishedInstance, FinishedKey, RemovedInstance, Round
from services.workflow.models.instances import ElementInstance, Instance, StoredVariable
from services.workflow.models.people import Absence, PersonPlace, Recusal, Staff
from services.workflow.models.records import History, Incident, Migration, StoredSubmission
from services.workflow.models.root import Base
from services.workflow.models.tasks import Candidate, Task
from services.workflow.models.uploads import Upload
from services.workflow.models.waits import (
    Job,
    PublishedMessage,
    SignalDelivery,
    SignalSubscription,
    Subscription,
    Timer,
)

__all__ = [
    "Absence", "Base", "BatchItem", "BatchOperation", "Candidate", "CaseCopy", "CaseMaterial",
    "DecisionDefinition", "DecisionInstance", "DecisionRequirements", "ElementInstance",
    "FinishedInstance", "FinishedKey", "FormVersion", "History", "Incident", "Instance", "Job",
    "Migration", "ModelVersion", "PersonPlace", "PublishedMessage", "Recusal", "RemovedInstance",
    "Round", "SignalDelivery", "SignalSubscription", "Staff", "StartMessage", "StartSignal",
    "StoredSubmission", "StoredVariable", "Subscription", "Task", "Timer", "Upload",
]  # fmt: skip
