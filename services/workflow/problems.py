"""What workflow refuses, one class per broken rule."""

from __future__ import annotations

from shared.errors import Forbidden, Invalid, Rejected


class SeparationOfDuties(Forbidden):
    """One person must not do both of these tasks in a case."""

    zh = "按照不相容岗位分离的规定，您已经办理过本案的相关环节，不能再办理这项任务。"


class SeparateFromPerson(Forbidden):
    """Somebody who has dealt with this case in another part must not do this task."""

    zh = "您在本案中承担了与这项任务相关的工作，按照回避的规定不能办理这项任务。请由其他人员办理。"


class SeparateFromFirm(Forbidden):
    """Nobody of the organisation that works on this case may do this task."""

    zh = "这项任务不能由本案承办机构的人员办理。请由其他机构的人员办理。"


class OwnCase(Forbidden):
    """Nobody works on their own application."""

    zh = "这是您本人的法律援助申请，不能由您自己办理。请由其他人员办理。"


class Recused(Forbidden):
    """This person has withdrawn from the case, or was told to."""

    zh = "您对本案已经回避，不能办理本案的任务。"


class AlreadyRecused(Rejected):
    """This person stays away from the case already."""

    zh = "这名人员对本案已经回避。"


class HandlerIsChanged(Rejected):
    """A handler does not withdraw here: the case gets another handler."""

    zh = "承办人员的回避通过“更换承办人员”办理，请在案件页面申请更换。"


class NothingToLeave(Rejected):
    """No process of this case is under way."""

    zh = "本案没有正在办理的流程，不需要办理回避。"


class NotYourRecusal(Forbidden):
    """Nobody lifts their own recusal."""

    zh = "自己的回避不能由自己解除，请由其他负责人办理。"


class RecusalOver(Rejected):
    """This recusal is lifted already."""

    zh = "这项回避已经解除。"


class AbsenceOver(Rejected):
    """This substitution has ended or was cancelled."""

    zh = "这项代办安排已经结束或者已经取消。"


class TaskOver(Rejected):
    """This task is already completed or no longer needed."""

    zh = "这项任务已经办结或不再需要办理。"


class TaskTaken(Rejected):
    """Another person has taken this task."""

    zh = "这项任务已由他人认领。"


class NotYourTask(Forbidden):
    """This task is assigned to somebody else."""

    zh = "这项任务不是分派给您的。"


class OnlyYours(Rejected):
    """This task is for you alone: there is nobody to give it back to."""

    zh = "这项任务只分派给您一人，不能放回。"


class CaseAsItStands(Rejected):
    """The process cannot take this now."""

    zh = "流程当前不能接受这项操作。"


class ImpossibleState(CaseAsItStands):
    """The case cannot go from its present state into the one the process names."""

    zh = "案件不能从现在的状态进入流程指定的状态，没有保存。"


class NobodyWaits(Rejected):
    """No process waits for this message."""

    zh = "没有流程在等待这条消息。"


class OutcomeUnusable(Rejected):
    """The model cannot work with these answers; nothing was saved."""

    zh = "流程设置有误，无法使用这次填写的内容，没有保存。请联系流程管理员。"


class IncidentOver(Rejected):
    """This incident is already resolved."""

    zh = "这个问题已经处理过了，没有再次重试。"


class InstanceOver(Rejected):
    """This process has already ended."""

    zh = "这个流程已经结束。"


class LeaseOver(CaseAsItStands):
    """This job belongs to a later activation."""

    zh = "这项工作已由后来的领取者办理。"


class InstanceSuspended(Rejected):
    """This process is suspended."""

    zh = "这个流程已被暂停，恢复以后才能继续办理。"


class NotSuspended(Rejected):
    """This process is not suspended."""

    zh = "这个流程没有暂停。"


class CaseEndsOtherwise(Rejected):
    """This process leads a case: a case ends in its own ways, for example by termination."""

    zh = "这个流程正在办理案件，不能直接取消。案件要结束的，请按规定办理终止、结案等手续。"


class ChangeImpossible(Rejected):
    """The process cannot be changed as asked."""

    zh = "不能这样调整这个流程，没有作任何改动。"


class AlreadyThere(Rejected):
    """This process runs in that version already."""

    zh = "这个流程已经在按这个版本办理。"


class MovedOn(Rejected):
    """The process has moved on since the migration: it cannot be undone any more."""

    zh = "迁移以后流程又有了进展，不能再撤销迁移。"


class BatchOver(Rejected):
    """This batch operation is over, or is in that state already."""

    zh = "这项批量操作已经结束，或者已经处于这个状态。"


class MessageKnown(Rejected):
    """A message with this id was already published."""

    zh = "相同编号的消息已经发布过。"


class AmbiguousKey(Rejected):
    """Two variables share this key: search by scope and name."""

    zh = "有两个变量的键值相同，请按所在范围和名称查找。"


class DeploymentRefused(Invalid):
    """These files cannot be deployed."""

    zh = "这些文件不能部署，请改正后重新提交。"
