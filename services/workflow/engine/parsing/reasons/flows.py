"""Reasons about flows, gateways and starts."""

from services.workflow.engine.parsing.reasons.reason import Reason

OF_FLOWS = {
    "flow-across-scopes": Reason(
        "连线的两端不在同一层流程里",
        "the flow does not join two nodes of one scope",
        "重新连接这条线",
        "connect the flow again",
    ),
    "incoming-forbidden": Reason(
        "这个事件不能有入线",
        "this event may have no incoming flow",
        "删除入线",
        "remove the incoming flow",
    ),
    "never-reached": Reason(
        "没有入线,永远不会执行",
        "no incoming flow: it can never run",
        "连上入线或删除它",
        "draw a flow to it or remove it",
    ),
    "outgoing-forbidden": Reason(
        "这个事件不能有出线",
        "this event may have no outgoing flow",
        "删除出线",
        "remove the outgoing flow",
    ),
    "condition-misplaced": Reason(
        "条件只能写在任务、排他网关或包容网关的出线上",
        "a condition is allowed after an activity or an exclusive or inclusive gateway only",
        "在后面加一个网关",
        "put a gateway behind it",
    ),
    "condition-not-feel": Reason(
        "条件必须以 = 开头",
        "a condition must begin with =",
        "在条件前面加 =",
        "put = in front of the condition",
    ),
    "condition-missing": Reason(
        "出线没有条件,也不是默认出线",
        "neither a condition nor the default",
        "写条件,或设为默认出线",
        "write a condition, or make it the default flow",
    ),
    "default-unknown": Reason(
        "默认出线不存在",
        "the default flow does not leave this node",
        "重新选择默认出线",
        "choose the default flow again",
    ),
    "gateway-without-way": Reason(
        "网关没有出线,不知道往哪里走",
        "the gateway has no outgoing flow to choose from",
        "连上出线,或改为结束事件",
        "draw its outgoing flows, or use an end event",
    ),
    "inclusive-joins-circle": Reason(
        "这个包容网关和 {detail} 在一个循环里互相等待",
        "this inclusive gateway and {detail} may wait for each other in a circle",
        "循环的汇合处改用排他网关",
        "use an exclusive gateway where the loop comes back",
    ),
    "race-of-events": Reason(
        "事件网关后面必须是两个以上的等待事件",
        "an event gateway must lead to two or more catching events",
        "在每条出线后面放定时或消息事件",
        "put a timer or message event behind each outgoing flow",
    ),
    "start-event-required": Reason(
        "没有开始事件,也没有不带入线的元素可以开始",
        "no start event, and every element has an incoming flow",
        "画一个开始事件",
        "draw a start event",
    ),
    "single-blank-start-event": Reason(
        "这一层已有一个普通开始事件",
        "this scope already has a plain start event",
        "只留一个;另有起因的改为消息开始事件",
        "keep one; turn the others into message start events",
    ),
    "sub-process-blank-start-event": Reason(
        "子流程的开始事件不能有触发条件",
        "the start event of a sub-process may have no trigger",
        "改为普通开始事件;需要由事件触发的画成事件子流程",
        "use a plain start event, or an event sub-process",
    ),
    "start-messages": Reason(
        "开始消息、开始信号必须各有固定名称",
        "start messages and signals need distinct, fixed names",
        "改消息或信号的名称",
        "rename the messages or signals",
    ),
}
