"""AWS's own names for our price dimensions: which rows of a price list are which dimension.

A usage type such as `EUC1-Lambda-GB-Second` is a region's prefix and a name; the name and the product's group say what is charged
for. Both are compared whole. A name that merely contains `Request` may be Lambda's, Lambda@Edge's or Managed Instances', and the
three have different prices. No price stands here: this is vocabulary, as published in the files of the AWS Price List.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

ANYWHERE = "Global"  # the prefix of allowances that are pooled over regions
PREFIXES = {
    "USE1": "us-east-1", "USE2": "us-east-2", "USW1": "us-west-1", "USW2": "us-west-2",
    "CAN1": "ca-central-1", "CAN2": "ca-west-1", "MXC1": "mx-central-1", "SAE1": "sa-east-1",
    "EU": "eu-west-1", "EUW1": "eu-west-1", "EUW2": "eu-west-2", "EUW3": "eu-west-3", "EUC1": "eu-central-1",
    "EUC2": "eu-central-2", "EUN1": "eu-north-1", "EUS1": "eu-south-1", "EUS2": "eu-south-2",
    "APE1": "ap-east-1", "APE2": "ap-east-2", "APN1": "ap-northeast-1", "APN2": "ap-northeast-2", "APN3": "ap-northeast-3",
    "APS1": "ap-southeast-1", "APS2": "ap-southeast-2", "APS3": "ap-south-1", "APS4": "ap-southeast-3", "APS5": "ap-south-2",
    "APS6": "ap-southeast-4", "APS7": "ap-southeast-5", "APS8": "ap-southeast-6", "APS9": "ap-southeast-7",
    "AFS1": "af-south-1", "ILC1": "il-central-1", "MEC1": "me-central-1", "MES1": "me-south-1",
    "UGE1": "us-gov-east-1", "UGW1": "us-gov-west-1", "CNN1": "cn-north-1", "CNW1": "cn-northwest-1",
}  # fmt: skip
WITHOUT_PREFIX = "us-east-1"  # the oldest region's usage types carry USE1- or nothing
_LIKE_A_PREFIX = re.compile(r"[A-Z]{2,4}\d+-(.+)")


@dataclass(frozen=True)
class Meter:
    """The rows of a price list that price one dimension, each unit singly (our `per` scales them).

    `usage` lists alternative names, without prefix. `group` None: AWS's group for it is not known, and the name alone decides.
    `required` False: a twin (arm64, Firehose) that has to have the same price where the file lists it.
    `also_in` names offers of other years that may hold the row as well.
    """

    dimension: str
    offer: str
    usage: tuple[str, ...]
    group: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    required: bool = True
    also_in: tuple[str, ...] = ()

    def mismatch(self, attributes: dict[str, str]) -> str:
        """What is not as it should be in a product that has the usage type; empty where all is."""
        wanted = ((("group", self.group),) if self.group else ()) + self.attributes
        for name, value in wanted:
            if attributes.get(name) != value:
                return f"its {name} is '{attributes.get(name, '')}', not '{value}'"
        return ""


@dataclass(frozen=True)
class FreeRow:
    """A row without a price, for a monthly allowance. `always` says that the current files are known to have it."""

    offer: str
    usage: str  # after `Global-`
    dimension: str
    always: bool = False


def _twins(dimension: str, usage: str, group: str | None = None) -> tuple[Meter, Meter]:
    """One price for both architectures, which AWS lists twice."""
    arm = f"{group}-ARM" if group else None
    return (
        Meter(dimension, "AWSLambda", (usage,), group),
        Meter(dimension, "AWSLambda", (f"{usage}-ARM",), arm, required=False),
    )


def _one(dimension: str, usage: str, group: str | None = None) -> Meter:
    return Meter(dimension, "AWSLambda", (usage,), group)


_LAMBDA = (
    *_twins("lambda.requests", "Request", "AWS-Lambda-Requests"),
    _one("lambda.duration.x86_64", "Lambda-GB-Second", "AWS-Lambda-Duration"),
    _one("lambda.duration.arm64", "Lambda-GB-Second-ARM", "AWS-Lambda-Duration-ARM"),
    *_twins("lambda.ephemeral_storage", "Lambda-Storage-GB-Second", "AWS-Lambda-Storage-Duration"),
    _one("lambda.provisioned_concurrency.x86_64", "Lambda-Provisioned-Concurrency", "AWS-Lambda-Provisioned-Concurrency"),
    _one("lambda.provisioned_concurrency.arm64", "Lambda-Provisioned-Concurrency-ARM", "AWS-Lambda-Provisioned-Concurrency-ARM"),
    _one("lambda.provisioned_duration.x86_64", "Lambda-Provisioned-GB-Second", "AWS-Lambda-Duration-Provisioned"),
    _one("lambda.provisioned_duration.arm64", "Lambda-Provisioned-GB-Second-ARM", "AWS-Lambda-Duration-Provisioned-ARM"),
    _one("lambda.snapstart.cache", "Lambda-SnapStart-Cached-GB-S", "AWS-Lambda-SnapStart-Cache"),
    _one("lambda.snapstart.restore", "Lambda-SnapStart-Restored-GB", "AWS-Lambda-SnapStart-Restore"),
    *_twins("lambda.streamed", "Lambda-Streaming-Response-Processed-Bytes", "AWS-Lambda-Processed-Bytes"),
    _one("lambda.edge.requests", "Lambda-Edge-Request", "AWS-Lambda-Edge-Requests"),
    _one("lambda.edge.duration", "Lambda-Edge-GB-Second", "AWS-Lambda-Edge-Duration"),
    _one("lambda.durable.operations", "Lambda-Durable-Execution-Operations", "AWS-Lambda-Durable-Execution-Operations"),
    _one("lambda.durable.written", "Lambda-Durable-Execution-Written-Bytes", "AWS-Lambda-Durable-Execution-Written-Bytes"),
    _one(
        "lambda.durable.retained",
        "Lambda-Durable-Execution-TimedStorage-ByteHrs",
        "AWS-Lambda-Durable-Execution-TimedStorage-ByteHrs",
    ),
    *_twins("lambda.managed_instances.requests", "Lambda-Managed-Instances-Request"),
    _one("lambda.pollers.kafka", "Lambda-Event-Poller-Unit-Hour", "AWS-Lambda-Event-Poller-Unit-Duration"),
    _one("lambda.pollers.sqs", "Lambda-SQS-Event-Poller-Unit-Hour", "AWS-Lambda-SQS-Event-Poller-Unit-Duration"),
    _one(
        "lambda.tenant_isolation.x86_64",
        "Lambda-Tenant-Isolated-Environment-Memory-GB",
        "AWS-Lambda-Tenant-Isolated-Environment-Memory-GB",
    ),
    _one("lambda.microvm.vcpu", "Lambda-MicroVM-vCPU-Second-ARM"),
    _one("lambda.microvm.memory", "Lambda-MicroVM-Memory-GB-Second-ARM"),
    _one("lambda.microvm.snapshot_written", "Lambda-MicroVM-Snapshot-Write-GB"),
    _one("lambda.microvm.snapshot_read", "Lambda-MicroVM-Snapshot-Read-GB"),
)
_OTHERS = (
    Meter("lambda.logs.cloudwatch", "AmazonCloudWatch", ("VendedLog-Bytes",)),
    Meter("lambda.logs.s3_or_firehose", "AmazonCloudWatch", ("S3-Egress-Bytes",)),
    Meter("lambda.logs.s3_or_firehose", "AmazonCloudWatch", ("FH-Egress-Bytes",), required=False),
    Meter("logs.ingested", "AmazonCloudWatch", ("DataProcessing-Bytes",)),
    Meter("logs.stored", "AmazonCloudWatch", ("TimedStorage-ByteHrs",)),
    Meter("logs.insights_scanned", "AmazonCloudWatch", ("DataScanned-Bytes",)),
    # Intelligent-Tiering's overhead has the same usage type as Standard storage; only the volume type tells them apart.
    Meter("s3.stored", "AmazonS3", ("TimedStorage-ByteHrs",), attributes=(("volumeType", "Standard"),)),
    Meter("s3.put_requests", "AmazonS3", ("Requests-Tier1",), "S3-API-Tier1"),
    Meter("s3.get_requests", "AmazonS3", ("Requests-Tier2",), "S3-API-Tier2"),
    Meter(
        "transfer.out", "AWSDataTransfer", ("DataTransfer-Out-Bytes",),
        attributes=(("transferType", "AWS Outbound"), ("toLocation", "External")), also_in=("AmazonS3",),
    ),
    Meter("apigateway.http.requests", "AmazonApiGateway", ("ApiGatewayHttpRequest",)),
    Meter("apigateway.rest.requests", "AmazonApiGateway", ("ApiGatewayRequest",)),
    Meter("dynamodb.writes", "AmazonDynamoDB", ("WriteRequestUnits",), "DDB-WriteUnits"),
    Meter("dynamodb.reads", "AmazonDynamoDB", ("ReadRequestUnits",), "DDB-ReadUnits"),
    Meter("dynamodb.stored", "AmazonDynamoDB", ("TimedStorage-ByteHrs",)),
    Meter(
        "sqs.standard.requests", "AWSQueueService", ("Requests-Tier1", "Requests-RBP"), attributes=(("queueType", "Standard"),)
    ),
    Meter(
        "sqs.fifo.requests", "AWSQueueService", ("Requests-FIFO-Tier1", "Requests-FIFO-RBP"),
        attributes=(("queueType", "FIFO (first-in, first-out)"),),
    ),
    Meter("nat.hours", "AmazonEC2", ("NatGateway-Hours",), "NGW:NatGateway"),
    Meter("nat.processed", "AmazonEC2", ("NatGateway-Bytes",), "NGW:NatGateway"),
)  # fmt: skip
METERS = _LAMBDA + _OTHERS

# The Global- rows of S3, EC2 and API Gateway are first-year trials, which the rates file leaves out.
FREE_ROWS = (
    FreeRow("AWSLambda", "Request", "lambda.requests", always=True),
    FreeRow("AWSLambda", "Lambda-GB-Second", "lambda.duration.x86_64", always=True),
    FreeRow("AWSLambda", "Lambda-Streaming-Response-Processed-Bytes", "lambda.streamed"),
    FreeRow("AWSDataTransfer", "DataTransfer-Out-Bytes", "transfer.out", always=True),
    FreeRow("AWSQueueService", "Requests", "sqs.standard.requests"),
    FreeRow("AmazonCloudWatch", "DataProcessing-Bytes", "logs.ingested"),
    FreeRow("AmazonCloudWatch", "TimedStorage-ByteHrs", "logs.stored"),
)

# AWS's words for our units, in lower case. AWS counts single units, so a word that is not here may mean a thousand of them.
_LISTED_UNITS = {
    "request": ("request", "requests", "readrequestunits", "writerequestunits"),
    "GB-second": ("lambda-gb-second", "gb-second", "gb-seconds", "second", "seconds"),
    "GB-month": ("gb-mo", "gb-month"),
    "GB": ("gb",),
    "hour": ("hrs", "hour", "hours"),
    "operation": ("operation", "operations"),
    "EPU-hour": ("hrs", "hour", "hours"),
    "GB-environment": ("gb",),
    "vCPU-second": ("vcpu-second", "vcpu-seconds", "second", "seconds"),
}

# What a price list cannot answer for, and why.
NOT_LISTED = {
    "lambda.function_urls": "free, so it has no row",
    "s3.delete_requests": "free, so it has no row",
    "lambda.managed_instances.fee": "listed as dollars an hour for each instance type, not as a share",
    "lambda.microvm.snapshot_stored": "listed per GB-hour, which no whole number of hours turns into our GB-month",
    "heroku": "another vendor",
}
NO_ROW_KNOWN = "no row of a price list is known for it"

_LINUX = (
    ("operatingSystem", "Linux"), ("tenancy", "Shared"), ("preInstalledSw", "NA"), ("capacitystatus", "Used"),
    ("operation", "RunInstances"),
)  # fmt: skip


def meters_of(dimensions: Iterable[str]) -> list[Meter]:
    """The meters of these dimensions, in their order. An EC2 instance type makes its own."""
    found: list[Meter] = []
    for dimension in dimensions:
        service, _, rest = dimension.partition(".")
        if service == "ec2":
            found.append(Meter(dimension, "AmazonEC2", (f"BoxUsage:{rest}",), attributes=_LINUX))
        else:
            found += [meter for meter in METERS if meter.dimension == dimension]
    return found


def why_not_listed(dimension: str) -> str:
    """Why a dimension without a meter has none."""
    return NOT_LISTED.get(dimension) or NOT_LISTED.get(dimension.partition(".")[0]) or NO_ROW_KNOWN


def unit_mismatch(unit: str, listed: str) -> str:
    """What is wrong with the unit that a price list gives for one of ours; empty where it is the same one."""
    if listed.casefold() in _LISTED_UNITS.get(unit, ()):
        return ""
    return f"its unit is '{listed}', which is not known to be a {unit}: compare it by hand, or add it to _LISTED_UNITS in macros/meters.py"


def split(usage_type: str) -> tuple[str, str]:
    """The prefix, empty where there is none, and the name: EUC1-Request -> ("EUC1", "Request")."""
    prefix, dash, name = usage_type.partition("-")
    return (prefix, name) if dash and (prefix in PREFIXES or prefix == ANYWHERE) else ("", usage_type)


def behind_an_unknown_prefix(usage_type: str) -> str:
    """The name behind what looks like a prefix that is not in the table; empty where nothing does."""
    prefix, _ = split(usage_type)
    found = _LIKE_A_PREFIX.fullmatch(usage_type)
    return found[1] if found and not prefix else ""
