"""XML safely: no entities, no document type, no network, and limits on size, depth and number of elements."""

from collections.abc import Iterator

from lxml import etree

from shared.dmn.errors import DmnError, Problem

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
LARGEST = 2_000_000
"""Bytes of a file."""
DEEPEST = 80
"""Levels of elements."""
MOST = 30_000
"""Elements of a file."""


def parse_document(xml: bytes) -> etree._Element:
    """The root element of a DMN file. Raises DmnError."""
    root = safe_root(xml)
    if local(root) != "definitions" or namespace(root) not in NAMESPACES:
        raise refusal("the root is no DMN 1.1 to 1.5 definitions", "文件不是 DMN 1.1 至 1.5 的决策模型")
    return root


def safe_root(xml: bytes) -> etree._Element:
    """The root element of any XML. Raises DmnError for what is too large, too deep or no XML."""
    if len(xml) > LARGEST:
        raise refusal("the file is too large", f"文件超过 {LARGEST // 1_000_000} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "Excessive depth" in str(error):
            raise _too_deep() from None
        place = getattr(error, "lineno", None)
        raise refusal(f"not well-formed XML (line {place})", f"文件不是正确的 XML（第 {place} 行）") from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise refusal("a document type is not allowed", "文件里不能有 DOCTYPE 声明")
    _check_shape(root)
    return root


def refusal(message: str, message_zh: str) -> DmnError:
    """The error for a file as a whole."""
    return DmnError([Problem(None, "file", message, message_zh)])


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """The namespace of the tag."""
    return etree.QName(element).namespace or ""


def children(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The child elements of DMN with one of these tags; all of them when no tag is given."""
    for child in element:
        if (
            isinstance(child.tag, str)
            and namespace(child) in NAMESPACES
            and (not tags or local(child) in tags)
        ):
            yield child


def child(element: etree._Element, tag: str) -> etree._Element | None:
    """The first child with the tag."""
    return next(children(element, tag), None)


def text_in(element: etree._Element | None, *path: str) -> str | None:
    """The stripped text of the element at the path of tags; None when it is absent or empty."""
    for tag in path:
        element = None if element is None else child(element, tag)
    return None if element is None else "".join(map(str, element.itertext())).strip() or None


def _check_shape(root: etree._Element) -> None:
    level, count = [root], 0
    for _ in range(DEEPEST):
        count += len(level)
        if count > MOST:
            raise refusal("the file has too many elements", f"文件里的元素超过 {MOST} 个")
        level = [inner for outer in level for inner in outer]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> DmnError:
    return refusal("the elements are nested too deeply", f"元素嵌套超过 {DEEPEST} 层")
