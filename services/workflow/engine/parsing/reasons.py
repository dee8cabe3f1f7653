"""Why a model is refused: one row per rule, in Chinese and English, with what to do about it.

`{detail}` is filled in where a rule is found broken.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """The texts of one rule."""

    zh: str
    en: str
    remedy: str


REASONS = {
    # The file
    "file-too-large": Reason("文件过大", "the file is too large", "把流程拆成几个文件"),
    "not-xml": Reason("不是有效的 XML:{detail}", "not well-formed XML: {detail}", "用建模器重新导出文件"),
    "doctype": Reason("不允许 DOCTYPE", "a DOCTYPE is not allowed", "删除文件开头的 DOCTYPE"),
    "too-deep": Reason("嵌套过深", "nested too deeply", "减少子流程的层数"),
    "nothing-executable": Reason(
        "文件里没有可执行的流程", "the file has no executable process", "在流程属性里勾选“可执行”"
    ),
    "id-used-twice": Reason("编号重复", "this id is used twice", "给每个元素不同的编号"),
    # What is not executed
    "element-unsupported": Reason(
        "不支持元素 {detail}", "{detail} is not supported", "改用文档“支持的元素”里的元素"
    ),
    "event-unsupported": Reason(
        "这种事件不支持 {detail}", "{detail} is not supported on this event", "改用文档“支持的元素”里的事件"
    ),
    "extension-unsupported": Reason(
        "不支持扩展元素 zeebe:{detail}", "zeebe:{detail} is not supported", "在建模器里删除这一设置"
    ),
    "compensation": Reason("不支持补偿", "compensation is not supported", "把补偿画成普通的步骤"),
    "loop-marker": Reason("不支持循环标记", "the loop marker is not supported", "用网关画出循环,或用多实例"),
    "version-tag": Reason(
        "不支持按版本标签绑定", "binding by version tag is not supported", "改用 latest 绑定"
    ),
    "several-triggers": Reason(
        "一个事件只能有一个触发条件", "an event may have one definition only", "拆成几个事件"
    ),
    # Event sub-processes
    "event-sub-process-start": Reason(
        "事件子流程必须有且只有一个开始事件,并写明由什么触发",
        "an event sub-process needs exactly one start event, with a trigger",
        "画一个消息、信号、定时、错误或升级开始事件",
    ),
    "event-sub-process-flows": Reason(
        "事件子流程由事件触发,不能有连线",
        "an event sub-process may have no incoming or outgoing flow",
        "删除连线",
    ),
    "event-sub-process-loop": Reason(
        "事件子流程不能是多实例", "an event sub-process cannot be multi-instance", "删除多实例标记"
    ),
    "event-sub-process-twice": Reason(
        "同一层里另一个事件子流程已由同一消息或错误触发",
        "another event sub-process of this scope has the same message or error",
        "合并两个事件子流程,或改名称",
    ),
    # Flows
    "flow-across-scopes": Reason(
        "连线的两端不在同一层流程里", "the flow does not join two nodes of one scope", "重新连接这条线"
    ),
    "incoming-forbidden": Reason("这个事件不能有入线", "this event may have no incoming flow", "删除入线"),
    "never-reached": Reason(
        "没有入线,永远不会执行", "no incoming flow: it can never run", "连上入线或删除它"
    ),
    "outgoing-forbidden": Reason("这个事件不能有出线", "this event may have no outgoing flow", "删除出线"),
    "condition-misplaced": Reason(
        "条件只能写在排他或包容网关的出线上",
        "a condition is allowed after a gateway only",
        "在后面加一个网关",
    ),
    "condition-not-feel": Reason("条件必须以 = 开头", "a condition must begin with =", "在条件前面加 ="),
    "condition-missing": Reason(
        "出线没有条件,也不是默认出线", "neither a condition nor the default", "写条件,或设为默认出线"
    ),
    "default-unknown": Reason(
        "默认出线不存在", "the default flow does not leave this node", "重新选择默认出线"
    ),
    "plain-start": Reason(
        "必须有且只有一个普通开始事件", "exactly one plain start event is needed", "画一个开始事件"
    ),
    "start-messages": Reason(
        "开始消息、开始信号必须各有固定名称",
        "start messages and signals need distinct, fixed names",
        "改消息或信号的名称",
    ),
    "race-of-events": Reason(
        "事件网关后面必须是两个以上的等待事件",
        "an event gateway must lead to two or more catching events",
        "在每条出线后面放定时或消息事件",
    ),
    # Events
    "timer-empty": Reason("定时器没有时间", "the timer has no time", "填写日期、时长或周期"),
    "timer-invalid": Reason(
        "时间写法不对:{detail}", "invalid time: {detail}", "用 ISO 8601,例如 P5D、PT2H、R/PT1H"
    ),
    "cycle-misplaced": Reason(
        "周期只能用在不打断的边界事件或事件子流程上",
        "a cycle is for non-interrupting boundary events and event sub-processes only",
        "改用时长或日期",
    ),
    "message-missing": Reason("没有选择消息", "no message is referenced", "选择一个有名称的消息"),
    "correlation-missing": Reason(
        "消息没有关联键", "the message has no correlation key", "填写关联键(correlationKey)"
    ),
    "sender-missing": Reason(
        "发送消息没有指定任务类型", "a thrown message needs a task definition", "填写由谁发送(任务类型)"
    ),
    "signal-missing": Reason("没有选择信号", "no signal is referenced", "选择一个有名称的信号"),
    "escalation-code-missing": Reason(
        "抛出升级的事件没有升级代码", "a thrown escalation needs a code", "选择一个有代码的升级"
    ),
    "boundary-loose": Reason("边界事件没有贴在任务上", "not attached to an activity", "把它贴在任务的边上"),
    "error-interrupts": Reason("错误事件总是打断", "an error event always interrupts", "改为打断的事件"),
    "error-code-missing": Reason(
        "错误结束事件没有错误代码", "an error end event needs an error code", "选择一个有代码的错误"
    ),
    # Link events
    "link-name-missing": Reason("链接事件没有名称", "the link event has no link name", "填写链接名称"),
    "link-not-caught": Reason(
        "同一层里没有名称为“{detail}”的链接捕获事件",
        "no link catch event named {detail} in this scope",
        "画上捕获事件或改名称",
    ),
    "link-not-thrown": Reason(
        "同一层里没有名称为“{detail}”的链接抛出事件",
        "no link throw event named {detail} in this scope",
        "画上抛出事件或改名称",
    ),
    "link-caught-twice": Reason(
        "同一层里已有名称为“{detail}”的链接捕获事件",
        "the link {detail} is caught twice in this scope",
        "只留一个捕获事件",
    ),
    # Details of activities
    "mapping-incomplete": Reason("变量映射不完整", "a mapping lacks its source or target", "填写来源和目标"),
    "task-type-missing": Reason("没有任务类型", "no task type", "填写任务类型,例如 review.record_decision"),
    "back-off-invalid": Reason(
        "属性 retryBackoff 不是时长:{detail}",
        "the property retryBackoff is no duration: {detail}",
        "用 ISO 8601 时长,例如 PT30S",
    ),
    "decision-missing": Reason(
        "没有选择决策,也没有任务类型", "neither a called decision nor a task type", "填写决策编号(decisionId)"
    ),
    "decision-and-type": Reason(
        "既选择了决策,又填写了任务类型", "both a called decision and a task type", "删除其中一个"
    ),
    "decision-incomplete": Reason(
        "缺少决策编号或结果变量", "decision id or result variable is missing", "填写决策编号和结果变量"
    ),
    "decision-binding": Reason(
        "决策不支持 {detail} 绑定", "binding a decision by {detail} is not supported", "改用 latest 绑定"
    ),
    "script-not-feel": Reason(
        "脚本只能是 FEEL 表达式", "only FEEL expressions are allowed as scripts", "用 FEEL 表达式"
    ),
    "script-result-missing": Reason(
        "脚本没有结果变量", "the script has no result variable", "填写结果变量名"
    ),
    "called-process-fixed": Reason(
        "被调用流程必须是固定编号", "the called process must be a fixed id", "填写被调用流程的编号,不用表达式"
    ),
    "items-missing": Reason(
        "多实例没有输入集合", "multi-instance without an input collection", "填写输入集合(inputCollection)"
    ),
}
