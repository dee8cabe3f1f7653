"""What clients ask for before anything else: the topology (one broker, this one), and who they are."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request

from services.workflow.v2.door import NO_CONTENT, TENANT, blueprint
from services.workflow.v2.shapes import flag, many, mapping, moment, names, number, operation, shape, text
from shared.web import current_person, needs

VERSION = "8.10.0"
"""The version of the API whose shapes are answered with."""


PARTITION = shape("Partition", partitionId=number(), role=text(), health=text(), state=text())
BROKER = shape(
    "Broker", nodeId=number(), brokerId=text(), host=text(), port=number(), partitions=many(PARTITION),
    version=text(),
)  # fmt: skip
TOPOLOGY = shape(
    "Topology", brokers=many(BROKER), clusterId=text(nullable=True), clusterSize=number(),
    partitionsCount=number(), replicationFactor=number(), gatewayVersion=text(),
    lastCompletedChangeId=text(),
)  # fmt: skip
LICENCE = shape(
    "License", validLicense=flag(), licenseType=text(), isCommercial=flag(), expiresAt=moment(nullable=True)
)
HOUSE = shape("Tenant", tenantId=text(), name=text(), description=text(nullable=True))
USER = shape(
    "CurrentUser", username=text(), displayName=text(nullable=True), email=text(nullable=True),
    authorizedComponents=names(), tenants=many(HOUSE), groups=names(), roles=names(),
    salesPlanType=text(nullable=True), c8Links=mapping(), canLogout=flag(),
)  # fmt: skip


@blueprint.get("/topology")
@needs("workflow.system.read")
@operation(gives=TOPOLOGY)
def topology() -> Any:
    """One broker with one healthy partition.

    Differs: always one broker with one partition, whatever runs.
    """
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


@blueprint.get("/status")
@needs("workflow.system.read")
@operation()
def status() -> Any:
    """204: the cluster answers.

    Differs: asks for a token as every operation here; `/workflow/health` does not.
    """
    return NO_CONTENT


@blueprint.get("/license")
@needs("workflow.system.read")
@operation(gives=LICENCE)
def licence() -> Any:
    """No licence is needed.

    Differs: asks for a token; always `validLicense`, of the type `none`.
    """
    return jsonify(validLicense=True, licenseType="none", isCommercial=False, expiresAt=None)


@blueprint.get("/authentication/me")
@needs("workflow.system.read")
@operation(gives=USER)
def me() -> Any:
    """Who the token stands for.

    Differs: `username` is the person's id; `roles` are those held anywhere, `groups` the organisations where.
    """
    person = current_person()
    return jsonify(
        username=str(person.id), displayName=person.name or None, email=None, authorizedComponents=["*"],
        tenants=[{"tenantId": TENANT, "name": "Default", "description": None}],
        groups=sorted(person.organisations), roles=sorted(person.role_names), salesPlanType=None, c8Links={},
        canLogout=True,
    )  # fmt: skip
