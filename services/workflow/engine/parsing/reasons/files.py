"""Reasons about the file as a whole, and its ids."""

from services.workflow.engine.parsing.reasons.reason import Reason

OF_FILES = {
    "file-too-large": Reason(
        "文件过大",
        "the file is too large",
        "把流程拆成几个文件",
        "split the process into several files",
    ),
    "not-xml": Reason(
        "不是有效的 XML:{detail}",
        "not well-formed XML: {detail}",
        "用建模器重新导出文件",
        "export the file again from the modeller",
    ),
    "doctype": Reason(
        "不允许 DOCTYPE",
        "a DOCTYPE is not allowed",
        "删除文件开头的 DOCTYPE",
        "remove the DOCTYPE at the beginning of the file",
    ),
    "too-deep": Reason(
        "嵌套过深",
        "nested too deeply",
        "减少子流程的层数",
        "use fewer levels of sub-processes",
    ),
    "nothing-executable": Reason(
        "文件里没有可执行的流程,或者有几个流程而没有写明执行哪个",
        "the file has no executable process, or several without saying which",
        "在流程属性里勾选“可执行”",
        "tick Executable in the properties of the process",
    ),
    "id-used-twice": Reason(
        "编号重复",
        "this id is used twice",
        "给每个元素不同的编号",
        "give each element an id of its own",
    ),
    "id-invalid": Reason(
        "编号以括号开头",
        "the id begins with a bracket",
        "改用字母或下划线开头的编号",
        "let the id begin with a letter or an underscore",
    ),
    "id-missing": Reason(
        "元素没有编号:{detail}",
        "an element has no id: {detail}",
        "在建模器里重新导出,让每个元素都有编号",
        "export the file again so that every element has an id",
    ),
}
