"""The topology that clients ask for before anything else: one broker, this one."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request

from services.workflow.v2.door import blueprint
from shared.web import logged_in

VERSION = "8.10.0"
"""The version of the API whose shapes are answered with."""


@blueprint.get("/topology")
@logged_in
def topology() -> Any:
    """One broker with one healthy partition."""
    partition = {"partitionId": 1, "role": "leader", "health": "healthy", "state": "active"}
    host, _, port = request.host.partition(":")
    broker = {
        "nodeId": 0, "brokerId": "0", "host": host, "port": int(port or 443), "partitions": [partition],
        "version": VERSION,
    }  # fmt: skip
    return jsonify(
        brokers=[broker], clusterId=None, clusterSize=1, partitionsCount=1, replicationFactor=1,
        gatewayVersion=VERSION, lastCompletedChangeId="-1",
    )  # fmt: skip
