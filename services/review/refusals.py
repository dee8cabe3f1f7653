"""What review refuses to do after the decision, and what it says then."""

from shared.errors import Rejected, Sealed


class NothingToTerminate(Rejected):
    """The case is not one that can be terminated now."""

    zh = "现在不能报告终止情形：案件还没有给予援助，或者已经结案、终止。"


class ReportUnderWay(Rejected):
    """A report about this case is being verified."""

    zh = "已经有人报告了终止情形，正在核实，请等核实有结果以后再看。"


class NothingDecided(Rejected):
    """There is no decision to be in doubt about."""

    zh = "还没有作出决定。作出决定以后，您有疑问可以在这里提出。"


class DoubtUnderWay(Rejected):
    """A phone call about this decision is to come."""

    zh = "您的疑问我们已经收到，会打电话向您解释，不用再提。"


class NothingToObjectTo(Rejected):
    """There is no refusal or termination in force."""

    zh = "现在没有可以提出异议的决定：只能对不予援助、终止援助的决定提出异议。"


class AlreadyObjected(Rejected):
    """This decision was objected to before."""

    zh = "您已经对这个决定提出过异议。对司法行政部门的决定不服的，可以依法申请行政复议或者提起行政诉讼。"


class ObjectionTooLate(Rejected):
    """The period for objections is over."""

    zh = "提出异议的期限已过。您可以打电话给我们，我们会为您解释；情况有变化的，可以重新申请。"


class ArchivedBeforeObjection(Sealed):
    """The case is archived: it cannot be taken up again."""

    zh = "案件已归档，不能恢复办理。请重新申请法律援助；对原来的决定不服的，可以直接向司法行政部门提出。"
