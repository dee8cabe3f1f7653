"""Reasons about what is not executed, and details of activities."""

from services.workflow.engine.parsing.reasons.reason import Reason

OF_ELEMENTS = {
    "element-unsupported": Reason(
        "不支持元素 {detail}",
        "{detail} is not supported",
        "改用 docs/bpmn.md 列出的元素",
        "use an element listed in docs/bpmn.md",
    ),
    "event-unsupported": Reason(
        "这种事件不支持 {detail}",
        "{detail} is not supported on this event",
        "改用 docs/bpmn.md 列出的事件",
        "use an event listed in docs/bpmn.md",
    ),
    "transaction": Reason(
        "不支持事务和取消事件",
        "transactions and cancel events are not supported",
        "改用普通子流程,失败时走它的错误边界事件",
        "use a plain sub-process with an error boundary event",
    ),
    "compensation": Reason(
        "不支持补偿",
        "compensation is not supported",
        "把撤销画成普通的步骤,例如放在错误边界事件后面",
        "draw the undoing as ordinary steps, e.g. after an error boundary event",
    ),
    "ad-hoc-sub-process": Reason(
        "不支持临时(ad-hoc)子流程",
        "ad-hoc sub-processes are not supported",
        "用包容网关或多实例画出可能的步骤",
        "draw the possible steps with an inclusive gateway or multi-instance",
    ),
    "no-complex-gateway": Reason(
        "不支持复杂网关",
        "complex gateways are not supported",
        "改用排他、并行或包容网关",
        "use an exclusive, parallel or inclusive gateway",
    ),
    "conditional-event": Reason(
        "不支持条件事件",
        "conditional events are not supported",
        "改用消息事件,由改变数据的一方发送消息",
        "use a message event; whoever changes the data sends the message",
    ),
    "instantiate": Reason(
        "不支持由接收任务或事件网关开始流程",
        "a receive task or event gateway that starts the process is not supported",
        "画一个消息开始事件",
        "draw a message start event",
    ),
    "quantity": Reason(
        "不支持一次用掉或产生几个令牌(startQuantity、completionQuantity)",
        "start and completion quantities other than 1 are not supported",
        "删除这一设置,用并行网关画出几条路",
        "remove it and draw several ways with a parallel gateway",
    ),
    "loop-marker": Reason(
        "不支持循环标记",
        "the loop marker is not supported",
        "用网关画出循环,或用多实例",
        "draw the loop with a gateway, or use multi-instance",
    ),
    "extension-unsupported": Reason(
        "不支持扩展元素 zeebe:{detail}",
        "zeebe:{detail} is not supported",
        "在建模器里删除这一设置",
        "remove this setting in the modeller",
    ),
    "vendor-behaviour": Reason(
        "其他引擎的设置 {detail} 不会执行",
        "{detail} is a setting of another engine and is not executed",
        "在建模器里删除它,改用 Camunda 8 的设置(任务类型、指派、映射、表单)",
        "remove it and use the settings of Camunda 8: task type, assignment, mappings, form",
    ),
    "version-tag": Reason(
        "不支持按版本标签绑定",
        "binding by version tag is not supported",
        "改用 latest 绑定",
        "bind to latest",
    ),
    "mapping-incomplete": Reason(
        "变量映射不完整",
        "a mapping lacks its source or target",
        "填写来源和目标",
        "enter source and target",
    ),
    "task-type-missing": Reason(
        "没有任务类型",
        "no task type",
        "填写任务类型,例如 review.record_decision",
        "enter a task type, for example review.record_decision",
    ),
    "back-off-invalid": Reason(
        "属性 retryBackoff 不是时长:{detail}",
        "the property retryBackoff is no duration: {detail}",
        "用 ISO 8601 时长,例如 PT30S",
        "use an ISO 8601 duration, for example PT30S",
    ),
    "decision-missing": Reason(
        "没有选择决策,也没有任务类型",
        "neither a called decision nor a task type",
        "填写决策编号(decisionId)",
        "enter the decision id",
    ),
    "decision-and-type": Reason(
        "既选择了决策,又填写了任务类型",
        "both a called decision and a task type",
        "删除其中一个",
        "remove one of them",
    ),
    "decision-incomplete": Reason(
        "缺少决策编号或结果变量",
        "decision id or result variable is missing",
        "填写决策编号和结果变量",
        "enter decision id and result variable",
    ),
    "decision-binding": Reason(
        "决策不支持 {detail} 绑定",
        "binding a decision by {detail} is not supported",
        "改用 latest 绑定",
        "bind to latest",
    ),
    "script-not-feel": Reason(
        "脚本只能是 FEEL 表达式",
        "only FEEL expressions are allowed as scripts",
        "用 FEEL 表达式",
        "use a FEEL expression",
    ),
    "script-result-missing": Reason(
        "脚本没有结果变量",
        "the script has no result variable",
        "填写结果变量名",
        "enter the name of the result variable",
    ),
    "called-process-fixed": Reason(
        "被调用流程必须是固定编号",
        "the called process must be a fixed id",
        "填写被调用流程的编号,不用表达式",
        "enter the id of the called process, not an expression",
    ),
    "items-missing": Reason(
        "多实例没有输入集合",
        "multi-instance without an input collection",
        "填写输入集合(inputCollection)",
        "enter the input collection",
    ),
}
