"""What stands in the way of changing a running instance: the reasons and remedies in both languages."""

from __future__ import annotations

from services.workflow.engine.faults import Obstacle

AMBIGUOUS, BEHIND_GATEWAY, IN_BODY, INTERRUPTED = "ambiguous", "behind-gateway", "in-body", "interrupted"
NOT_AROUND, NOT_BY_HAND, NOT_ENTERED = "not-around", "not-by-hand", "not-entered"
NOT_RUNNING, ON_BEHALF, UNKNOWN_ELEMENT = "not-running", "on-behalf", "unknown-element"
UNKNOWN_SCOPE = "unknown-scope"
MISSING, KIND, SCOPE, JOIN = "missing", "kind", "scope", "join"
CALLED, CASE_STATE, NOT_RECKONED = "called", "case-state", "not-reckoned"

_TEXTS: dict[str, tuple[str, str, str, str]] = {
    AMBIGUOUS: (
        "包含它的环节有多个正在运行（{keys}）", "several scopes around it are running ({keys})",
        "请指明在哪一个里面启动", "name one of them as ancestorElementInstanceKey",
    ),
    BEHIND_GATEWAY: (
        "它是事件网关后面的事件，不能单独启动", "it is an event behind an event-based gateway",
        "请启动事件网关", "activate the gateway",
    ),
    IN_BODY: (
        "它在多实例活动里面", "it is inside a multi-instance body",
        "请等多实例活动办完，或者对整个活动操作", "wait until the body is done, or act on the whole activity",
    ),
    INTERRUPTED: (
        "包含它的环节已被事件子流程中断", "the scope around it was interrupted by an event sub-process",
        "请在事件子流程里面启动，或者在外层启动", "activate inside the event sub-process, or further out",
    ),
    NOT_AROUND: (
        "指定的范围不包含这个元素", "the named scope does not hold this element",
        "请核对元素和它的上级", "check the element and its ancestor",
    ),
    NOT_BY_HAND: (
        "这种元素不能直接启动", "an element of this kind cannot be activated by hand",
        "请启动它后面或者它所依附的元素", "activate what follows it or what it is attached to",
    ),
    NOT_ENTERED: (
        "进入这个环节时表达式算不出结果", "an expression fails on entering this scope",
        "请先改正变量", "correct the variables first",
    ),
    NOT_RUNNING: (
        "它没有在运行", "it is not running", "请刷新后再选择", "look again at what is running",
    ),
    ON_BEHALF: (
        "它只是替另一个环节等候的事件", "it only waits on behalf of another element",
        "请结束它所依附的环节", "terminate the element it is attached to",
    ),
    UNKNOWN_ELEMENT: (
        "流程里没有这个元素", "the process has no such element", "请核对元素标识", "check the element id",
    ),
    UNKNOWN_SCOPE: (
        "变量所属的环节不是这个元素或它的上级", "the variables' scope is neither the element nor around it",
        "请核对 scopeId", "check scopeId",
    ),
    MISSING: (
        "目标版本里没有“{target}”", "the target has no element {target}",
        "请指定它对应的元素", "map it to an element of the target",
    ),
    KIND: (
        "目标版本里的“{target}”种类不同", "{target} in the target is of another kind",
        "请映射到同一种元素", "map it to an element of the same kind",
    ),
    SCOPE: (
        "目标版本里的“{target}”在另一个子流程里", "{target} in the target lies in another scope",
        "请映射到同一层的元素，或者先办完这个环节",
        "map it to an element of the same scope, or finish it first",
    ),
    JOIN: (
        "汇聚网关的入线在目标版本里变了，已到达的分支无处可放",
        "the join has lost a flow that was taken already",
        "请等汇聚完成后再迁移", "migrate when the join is done",
    ),
    CALLED: (
        "目标版本里的“{target}”调用另一个流程", "{target} in the target calls another process",
        "请等被调用的流程办完后再迁移", "migrate when the called process has ended",
    ),
    CASE_STATE: (
        "案件现在的状态（{state}）在这个环节不会出现",
        "the case is in state {state}, which is impossible there",
        "请选择与案件状态相符的环节", "choose an element that fits the state of the case",
    ),
    NOT_RECKONED: (
        "新增的事件算不出时间或者关联键", "the time or key of a new event cannot be reckoned",
        "请先补齐变量，或者改正流程图", "set the variables first, or correct the model",
    ),
}  # fmt: skip


def obstacle(element: str, rule: str, /, **details: str) -> Obstacle:
    """The obstacle of this rule at an element."""
    return Obstacle(element, rule, *(text.format(**details) for text in _TEXTS[rule]))
