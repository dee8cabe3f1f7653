"""What intake says no to, each with the sentence people read."""

from shared.errors import Invalid, Rejected

EARLIER_CASE_UNKNOWN = "没有找到同一个人的这个案号，请核对；不清楚的可以不填"


class AlreadySubmitted(Rejected):
    """The application was submitted and cannot be edited."""

    zh = "申请已经提交，不能再修改。"


class DraftExpired(Rejected):
    """The confirmation of the notice is too old."""

    zh = "您确认告知书后没有在期限内提交，这份草稿已经失效。请重新阅读告知书，再填写一份申请。"


class ConsentMissing(Invalid):
    """The notice was not confirmed."""

    zh = "请先阅读告知书，并勾选“我已阅读并确认”。"


class NoticeChanged(Rejected):
    """The notice was replaced by a newer version while it was being read."""

    zh = "告知书刚刚更新，请阅读新的告知书后再确认。"


class ApplicationIncomplete(Invalid):
    """Something that every application must have is missing."""

    zh = "申请还没有填写完整，请补齐后再提交。"


class UnknownMaterial(Invalid):
    """This application does not ask for such a material."""

    zh = "这份申请不需要这种材料，请从列出的材料中选择。"


class TooManyFiles(Invalid):
    """There are already as many files of this kind as one application may have."""

    zh = "这种材料的文件太多了，请删除不需要的，或者合并成一个文件。"


class CorrectionOver(Rejected):
    """The period for corrections is over, or there is none."""

    zh = "现在不能补交材料：补正期限已过，或者没有需要补正的材料。"


class CorrectionIncomplete(Invalid):
    """Some items of the correction notice have neither a file nor an explanation."""

    zh = "补正通知里的每一项都要上传文件或者写明情况，请补齐后再提交。"


class CannotWithdraw(Rejected):
    """The application is past the point where it can be withdrawn."""

    zh = "现在不能撤回：申请已经作出决定，或者已经撤回。如有疑问请联系法律援助机构。"


class NoticeAlreadyEntered(Rejected):
    """A notice of the same authority, case number, stage and person is being worked on."""

    zh = "这份通知已经登记过，不能重复登记。"
