"""The diagrams look right in bpmn.io: nothing overlaps, everything is docked, labelled and in its lane."""

from itertools import combinations, pairwise

import pytest

from tests.workflows.diagram import EVENTS, GATEWAYS, MODELS, Box, Diagram, Node, Point, diagram

pytestmark = pytest.mark.parametrize("name", MODELS)


def on_border(point: Point, box: Box) -> bool:
    x, y = point
    across = box.x <= x <= box.x + box.width and y in (box.y, box.y + box.height)
    along = box.y <= y <= box.y + box.height and x in (box.x, box.x + box.width)
    return across or along


def segments(points: list[Point]) -> list[Box]:
    """The straight pieces of an edge as boxes without width or height."""
    return [
        Box(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in pairwise(points)
    ]


def covers(label: Box, d: Diagram, node: Node) -> bool:
    """Whether the label lies on the node; a gateway fills only the diamond in its box."""
    box = d.boxes[node.id]
    if node.kind not in GATEWAYS:
        return label.touches(box)
    x, y = box.x + box.width / 2, box.y + box.height / 2
    across = max(label.x - x, 0, x - label.x - label.width)
    down = max(label.y - y, 0, y - label.y - label.height)
    return across / box.width + down / box.height < 0.5


def test_every_element_is_drawn_and_nothing_else(name: str) -> None:
    d = diagram(name)
    assert set(d.boxes) == set(d.nodes) | set(d.lanes) | {f"{name}_pool"}
    assert set(d.edges) == {flow.id for flow in d.flows}


def test_lanes_fill_the_pool_from_top_to_bottom(name: str) -> None:
    d = diagram(name)
    pool, lanes = d.boxes[f"{name}_pool"], sorted((d.boxes[lane] for lane in d.lanes), key=lambda box: box.y)
    assert all(pool.holds(lane) for lane in lanes)
    assert [lanes[0].y] + [lane.y + lane.height for lane in lanes] == [lane.y for lane in lanes] + [
        pool.y + pool.height
    ]


def test_every_node_is_inside_its_lane(name: str) -> None:
    d = diagram(name)
    placed = [member for members in d.lanes.values() for member in members]
    assert sorted(placed) == sorted(node.id for node in d.nodes.values() if node.parent is None)
    for lane, members in d.lanes.items():
        assert [m for m in members if not d.boxes[lane].holds(d.boxes[m])] == []


def test_what_belongs_to_a_sub_process_is_inside_it(name: str) -> None:
    d = diagram(name)
    inner = [node for node in d.nodes.values() if node.parent]
    assert [node.id for node in inner if not d.boxes[node.parent or ""].holds(d.boxes[node.id])] == []


def test_shapes_keep_their_distance(name: str) -> None:
    d = diagram(name)
    for parent in {node.parent for node in d.nodes.values()}:
        level = [n for n in d.nodes.values() if n.parent == parent and n.kind != "boundaryEvent"]
        for a, b in combinations(level, 2):
            assert not d.boxes[a.id].touches(d.boxes[b.id], margin=20), (a.id, b.id)


def test_boundary_events_sit_on_the_border_of_their_activity(name: str) -> None:
    d = diagram(name)
    for node in d.nodes.values():
        if node.kind == "boundaryEvent":
            box = d.boxes[node.id]
            centre = (box.x + box.width / 2, box.y + box.height / 2)
            assert on_border(centre, d.boxes[node.xml.get("attachedToRef")]), node.id


def test_edges_are_docked_at_both_ends_and_run_straight(name: str) -> None:
    d = diagram(name)
    for flow in d.flows:
        points = d.edges[flow.id]
        assert on_border(points[0], d.boxes[flow.source]), flow.id
        assert on_border(points[-1], d.boxes[flow.target]), flow.id
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), flow.id


def test_no_edge_runs_through_a_foreign_node(name: str) -> None:
    d = diagram(name)
    for flow in d.flows:
        source = d.nodes[flow.source]
        # an edge that starts at a boundary event may brush the activity under it
        around = {flow.source, flow.target, source.xml.get("attachedToRef"), *d.ancestors(flow.source)}
        others = [node for node in d.nodes if node not in around]
        pieces = segments(d.edges[flow.id])
        assert [n for n in others for piece in pieces if piece.touches(d.boxes[n])] == [], flow.id


def test_no_two_edges_lie_on_each_other(name: str) -> None:
    d = diagram(name)
    for a, b in combinations(d.flows, 2):
        for one in segments(d.edges[a.id]):
            for other in segments(d.edges[b.id]):
                upright = one.width == 0 == other.width and one.x == other.x
                level = one.height == 0 == other.height and one.y == other.y
                along = one.y < other.y + other.height and other.y < one.y + one.height
                across = one.x < other.x + other.width and other.x < one.x + one.width
                assert not (upright and along) and not (level and across), (a.id, b.id)  # noqa: PT018


def test_nodes_and_choices_are_labelled_in_chinese(name: str) -> None:
    d = diagram(name)
    choices = [
        flow
        for flow in d.flows
        if d.nodes[flow.source].kind == "exclusiveGateway" and len(d.outgoing(flow.source)) > 1
    ]
    texts = {node.id: node.name for node in d.nodes.values()} | {flow.id: flow.name for flow in choices}
    assert [i for i, text in texts.items() if not any("\u4e00" <= c <= "\u9fff" for c in text)] == []
    outside = {n.id for n in d.nodes.values() if n.kind in EVENTS | GATEWAYS} | {f.id for f in choices}
    assert set(d.labels) == outside


def test_labels_are_free_of_shapes_edges_and_each_other(name: str) -> None:
    d = diagram(name)
    solid = [n for n in d.nodes.values() if n.kind != "subProcess"]
    for owner, label in d.labels.items():
        assert [n.id for n in solid if covers(label, d, n)] == [], owner
        assert [f.id for f in d.flows for s in segments(d.edges[f.id]) if s.touches(label)] == [], owner
        assert [o for o, other in d.labels.items() if o != owner and label.touches(other)] == [], owner
        assert d.boxes[f"{name}_pool"].holds(label), owner
