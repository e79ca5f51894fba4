"""Measures the image example and writes docs/examples/image-resize/measurements.yml.

    python -m tests.measure_image_example

The functions run in AWS's runtime clients; S3 is a simulation on the same machine, so its answers take next to no time.
"""

import datetime
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.lambda_runtime import tools
from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import EXAMPLES, Function
from tests.lambda_runtime.images import BUCKET, Notifications, upload_event
from tests.lambda_runtime.picture import photograph

FILE = EXAMPLES / "image-resize" / "measurements.yml"
ENVIRONMENTS, INVOCATIONS = 3, 50
HANDLERS = {"node": "handler", "python": "lambda_handler"}
HEAD = """\
# Written by `python -m tests.measure_image_example`; not edited by hand.
# Sizes, requests and memory carry over to AWS. Times do not: real S3 takes longer to answer, and a function has a share of a
# processor that grows with its memory (1,769 MB is one vCPU), where this machine has a whole one.
"""


def main() -> None:
    picture = photograph()
    results = {f"{design}.{runtime}": measure(design, runtime, picture) for design in ("upload", "created") for runtime in HANDLERS}
    document = {
        "label": "measured on a build machine with a simulated S3 on the same machine",
        "date": datetime.date.today(),
        "machine": {"cores": os.cpu_count(), "architecture": platform.machine(), "system": f"Linux {platform.freedesktop_os_release()['ID']}"},
        "versions": versions(),
        "environments": ENVIRONMENTS,
        "invocations_per_environment": INVOCATIONS,
        "picture": {"width": 2400, "height": 1600, "bytes": len(picture)},
        "results": results,
    }
    FILE.write_text(HEAD + yaml.safe_dump(document, sort_keys=False))


def measure(design: str, runtime: str, picture: bytes) -> dict[str, Any]:
    runs = [one_environment(design, runtime, picture) for _ in range(ENVIRONMENTS)]
    warm = sorted(duration for run in runs for duration in run["durations"])
    return {
        **runs[0]["sizes"],
        "init_ms": round(statistics.median(run["init"] for run in runs)),
        "first_ms": round(statistics.median(run["first"] for run in runs)),
        "median_ms": round(statistics.median(warm)),
        "p95_ms": round(warm[int(len(warm) * 0.95)]),
        "cpu_ms": round(statistics.mean(run["cpu"] for run in runs)),
        "peak_memory_mb": round(max(run["memory"] for run in runs)),
    }


def one_environment(design: str, runtime: str, picture: bytes, invocations: int = INVOCATIONS) -> dict[str, Any]:
    with simulated_aws() as aws:
        notified = Notifications(aws).put("uploads/photo.jpg", picture)
        event = upload_event(picture) if design == "upload" else notified
        with Function(f"image-resize/{runtime}", f"{design}.{HANDLERS[runtime]}", **aws.environment, BUCKET=BUCKET) as function:
            aws.requests.clear()
            first = timed(function, event)
            requests = [request.split()[0] for request in aws.requests]
            cpu = cpu_ms(function)
            durations = [timed(function, event) for _ in range(invocations)]
            return {
                "init": function.init_ms,
                "first": first,
                "durations": durations,
                "cpu": (cpu_ms(function) - cpu) / invocations,
                "memory": function.peak_memory_mb(),
                "sizes": {
                    "event_bytes": len(json.dumps(event)),
                    "resized_bytes": resized_bytes(aws),
                    "put_requests": requests.count("PUT"),
                    "get_requests": requests.count("GET"),
                },
            }


def timed(function: Function, event: Any) -> float:
    outcome = function.invoke(event, timeout_s=30)
    assert outcome.kind == "response", outcome.payload
    return outcome.duration_ms


def resized_bytes(aws: Any) -> int:
    objects = aws.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="resized/")["Contents"]
    return objects[0]["Size"]


def cpu_ms(function: Function) -> float:
    """Processor time of the function's process so far, its threads included."""
    fields = Path(f"/proc/{function.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def versions() -> dict[str, str]:
    node = subprocess.run([tools.node(), "--version"], capture_output=True, text=True, check=True).stdout.strip().lstrip("v")
    sharp = json.loads((tools.node_packages() / "sharp/package.json").read_text())["version"]
    python = {name: importlib.metadata.version(name) for name in ("awslambdaric", "boto3", "moto", "pillow")}
    return {"node": node, "sharp": sharp, "python": platform.python_version(), **python}


if __name__ == "__main__":
    main()
