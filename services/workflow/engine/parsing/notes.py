"""What is understood or left out so that a model of another modeller is accepted: Chinese and English.

Names are those of bpmnlint where it has a rule for the same thing.
"""

NOTES = {
    "executable-assumed": (
        "流程没有写明是否可执行,按可执行处理",
        "isExecutable is absent: the only process is taken as executable",
    ),
    "not-executable": (
        "流程“{detail}”没有标为可执行,没有部署",
        "the process {detail} is not marked as executable and was left out",
    ),
    "black-box-pool": (
        "泳池“{detail}”里没有流程,只作说明",
        "the pool {detail} has no process and is only read by people",
    ),
    "message-flow": (
        "消息流只作说明,不传送消息",
        "a message flow is only read by people; messages are sent and caught by events and tasks",
    ),
    "start-event-required": (
        "没有开始事件:从没有入线的元素开始({detail})",
        "no start event: begins at the elements without incoming flow ({detail})",
    ),
    "empty-sub-process": ("子流程是空的,直接通过", "the sub-process is empty and passed through"),
    "no-implicit-end": ("没有出线:到这里结束", "no outgoing flow: the path ends here"),
    "no-implicit-split": (
        "有几条出线:没有条件的全部走,有条件的条件成立才走,都不成立走默认出线",
        "several outgoing flows: all without condition are taken, those with one when it holds, "
        "the default one when no other is",
    ),
    "flow-id-missing": (
        "从 {detail} 的连线没有编号,已按位置命名",
        "a flow ({detail}) has no id and is named by its ends",
    ),
    "feel-language": (
        "条件写明是 FEEL,已在前面加上 =",
        "the condition says that it is FEEL: read with = in front",
    ),
    "called-element": (
        "被调用的流程按标准属性 calledElement 读取,变量全部传入传出",
        "the called process is read from the attribute calledElement; all variables travel both ways",
    ),
    "data-ignored": (
        "数据对象、数据存储和数据关联只作说明({detail})",
        "data objects, stores and associations are only read by people ({detail})",
    ),
    "people-ignored": (
        "标准的人员分配没有使用({detail}),请用 zeebe:assignmentDefinition",
        "the resource assignment of BPMN was left out ({detail}): use zeebe:assignmentDefinition",
    ),
    "vendor-ignored": (
        "其他工具的设置没有使用:{detail}",
        "settings of another tool were left out: {detail}",
    ),
}
