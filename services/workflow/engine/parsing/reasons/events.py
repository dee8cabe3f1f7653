"""Reasons about events and event sub-processes."""

from services.workflow.engine.parsing.reasons.reason import Reason

OF_EVENTS = {
    "several-triggers": Reason(
        "一个事件只能有一个触发条件",
        "an event may have one definition only",
        "拆成几个事件",
        "split it into several events",
    ),
    "timer-empty": Reason(
        "定时器没有时间",
        "the timer has no time",
        "填写日期、时长或周期",
        "enter a date, duration or cycle",
    ),
    "timer-invalid": Reason(
        "时间写法不对:{detail}",
        "invalid time: {detail}",
        "用 ISO 8601,例如 P5D、PT2H、R/PT1H",
        "use ISO 8601, for example P5D, PT2H, R/PT1H",
    ),
    "cycle-misplaced": Reason(
        "周期只能用在不打断的边界事件或事件子流程上",
        "a cycle is for non-interrupting boundary events and event sub-processes only",
        "改用时长或日期",
        "use a duration or a date",
    ),
    "message-missing": Reason(
        "没有选择消息",
        "no message is referenced",
        "选择一个有名称的消息",
        "choose a message that has a name",
    ),
    "correlation-missing": Reason(
        "消息没有关联键",
        "the message has no correlation key",
        "填写关联键(correlationKey)",
        "enter the correlation key",
    ),
    "sender-missing": Reason(
        "发送消息没有指定任务类型",
        "a thrown message needs a task definition",
        "填写由谁发送(任务类型)",
        "enter the task type of who sends it",
    ),
    "signal-missing": Reason(
        "没有选择信号",
        "no signal is referenced",
        "选择一个有名称的信号",
        "choose a signal that has a name",
    ),
    "escalation-code-missing": Reason(
        "抛出升级的事件没有升级代码",
        "a thrown escalation needs a code",
        "选择一个有代码的升级",
        "choose an escalation that has a code",
    ),
    "boundary-loose": Reason(
        "边界事件没有贴在任务上",
        "not attached to an activity",
        "把它贴在任务的边上",
        "put it on the border of a task",
    ),
    "error-interrupts": Reason(
        "错误事件总是打断",
        "an error event always interrupts",
        "改为打断的事件",
        "make the event interrupting",
    ),
    "error-code-missing": Reason(
        "错误结束事件没有错误代码",
        "an error end event needs an error code",
        "选择一个有代码的错误",
        "choose an error that has a code",
    ),
    "event-sub-process-start": Reason(
        "事件子流程必须有且只有一个开始事件,并写明由什么触发",
        "an event sub-process needs exactly one start event, with a trigger",
        "画一个消息、信号、定时、错误或升级开始事件",
        "draw a start event with a message, signal, timer, error or escalation",
    ),
    "event-sub-process-flows": Reason(
        "事件子流程由事件触发,不能有连线",
        "an event sub-process may have no incoming or outgoing flow",
        "删除连线",
        "remove the flows",
    ),
    "event-sub-process-loop": Reason(
        "事件子流程不能是多实例",
        "an event sub-process cannot be multi-instance",
        "删除多实例标记",
        "remove the multi-instance marker",
    ),
    "event-sub-process-twice": Reason(
        "同一层里另一个事件子流程已由同一消息或错误触发",
        "another event sub-process of this scope has the same message or error",
        "合并两个事件子流程,或改名称",
        "merge the two event sub-processes, or rename one",
    ),
    "link-name-missing": Reason(
        "链接事件没有名称",
        "the link event has no link name",
        "填写链接名称",
        "enter the name of the link",
    ),
    "link-not-caught": Reason(
        "同一层里没有名称为“{detail}”的链接捕获事件",
        "no link catch event named {detail} in this scope",
        "画上捕获事件或改名称",
        "draw the catching event or change the name",
    ),
    "link-not-thrown": Reason(
        "同一层里没有名称为“{detail}”的链接抛出事件",
        "no link throw event named {detail} in this scope",
        "画上抛出事件或改名称",
        "draw the throwing event or change the name",
    ),
    "link-caught-twice": Reason(
        "同一层里已有名称为“{detail}”的链接捕获事件",
        "the link {detail} is caught twice in this scope",
        "只留一个捕获事件",
        "keep one catching event",
    ),
}
