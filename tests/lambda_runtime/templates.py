"""Templates: what SAM makes of them, and what cfn-lint says. Both offline."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from . import tools
from .function import EXAMPLES


def all_templates() -> list[Path]:
    return sorted(file for file in EXAMPLES.rglob("*.yaml") if "AWSTemplateFormatVersion" in file.read_text())


def is_sam(file: Path) -> bool:
    return "AWS::Serverless-2016-10-31" in (read(file).get("Transform") or "")


def read(file: Path) -> dict[str, Any]:
    return yaml_parse(file.read_text())


def transformed(file: Path, text: str | None = None) -> dict[str, Any]:
    """The CloudFormation template that `sam deploy` would send, with an address in S3 for each code folder."""
    template = yaml_parse(text or file.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://packages/code.zip"
    translator = Translator(None, Parser(), boto_session=boto3.Session(region_name="us-east-1"))
    return translator.translate(template, parameter_values={}, get_managed_policy_map=dict)


def complaints(template: str) -> list[str]:
    found = lint(template, config=ManualArgs(regions=["us-east-1"]))
    return [f"{match.rule.id} {match.message} (line {match.linenumber})" for match in found]


# `sam validate --lint --template FILE`, for one file after another: starting `sam` takes longer than all of them.
VALIDATE = """
import sys
from samcli.cli.main import cli
for file in sys.argv[1:]:
    print("\\0", end="")
    try:
        cli.main(["validate", "--lint", "--template", file], prog_name="sam")
    except SystemExit as end:
        print(f"exit code {end.code or 0}", flush=True)
"""


def sam_says(files: list[Path]) -> list[str]:
    """What the SAM CLI says of each template; the last line is its exit code."""
    command = [tools.sam().with_name("python"), "-c", VALIDATE, *files]
    result = subprocess.run(command, env=os.environ | tools.SAM_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return [words.strip() for words in result.stdout.split("\0")[1:]]


def complaints_of_transformed(file: Path) -> list[str]:
    return complaints(json.dumps(transformed(file), indent=2))


def functions(file: Path) -> dict[str, dict[str, Any]]:
    """The properties of each function in a template, SAM's globals filled in."""
    return {name: resource["Properties"] for name, resource in transformed(file)["Resources"].items() if resource["Type"] == "AWS::Lambda::Function"}


@cache
def runtime_lifecycle() -> dict[str, dict[str, str | None]]:
    """AWS's dates for each runtime, as cfn-lint carries them."""
    import cfnlint

    file = Path(cfnlint.__file__).parent / "data/AdditionalSpecs/LmbdRuntimeLifecycle.json"
    return json.loads(file.read_text())
