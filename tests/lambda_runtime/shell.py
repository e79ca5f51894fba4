"""The shell files that pages show: their sections, the commands in them, and whether the tools know those commands' options."""

import functools
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.machine import Lacking

from . import tools
from .cloud import SimulatedAws
from .function import EXAMPLES

TOOLS = ("aws", "sam", "curl", "npm", "pip")
# The guide's readers have the AWS CLI 2, which is in no package registry; version 1, which the tests have, lacks these.
ONLY_IN_VERSION_2 = {("configure", "export-credentials"), ("login",)}


def section(file: str, name: str) -> str:
    text = (EXAMPLES / file).read_text()
    return re.search(rf"^# --8<-- \[start:{name}\]\n(.*?)^# --8<-- \[end:{name}\]", text, re.DOTALL | re.MULTILINE)[1]


def run(script: str, aws: SimulatedAws, folder: Path) -> str:
    """What a section prints, with the AWS CLI talking to the simulated AWS. Its errors stop the test."""
    environment = {
        **os.environ,
        **aws.environment,
        "PATH": f"{tools.aws().parent}{os.pathsep}{os.environ['PATH']}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_PAGER": "",
    }
    result = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, f"{script}\n{result.stdout}{result.stderr}"
    return result.stdout


def commands(text: str) -> Iterator[list[str]]:
    """Each call of a tool, as words. Command substitutions count: they are commands too."""
    text = re.sub(r"^\s*#.*$", "", text.replace("\\\n", " "), flags=re.MULTILINE)
    for line in text.splitlines():
        for found in re.finditer(rf"(?:^\s*|\$\(|\| *|- run: )(?=(?:{'|'.join(TOOLS)}) )", line):
            words = shlex.split(_until_closed(line[found.end() :]), posix=True)
            yield words[: words.index("|")] if "|" in words else words


def _until_closed(text: str) -> str:
    """The command in `$(command) more`: up to the bracket that was opened before it."""
    depth, quote = 0, ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            # A quotation mark around the whole substitution is not one inside it.
            if character not in text[position + 1 :]:
                return text[:position].rstrip(")")
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                return text[:position]
    return text


def unknown_options(words: list[str]) -> list[str]:
    """The options of a command that its tool does not have."""
    tool, *rest = words
    options = [word.split("=")[0] for word in rest if word.startswith("--")]
    path = tuple(word for word in rest[:2] if not word.startswith("-"))
    if tool == "aws":
        known = _aws_options(path) if path not in ONLY_IN_VERSION_2 else set(options)
    elif tool == "sam":
        known = _sam_options(path)
    else:
        known = _options_in_help(tool)
    return [option for option in options if option not in known and option.replace("--no-", "--") not in known]


@functools.cache
def _aws_options(path: tuple[str, ...]) -> set[str]:
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    if not path:
        return {f"--{name}" for name in driver._get_argument_table()} | {"--version"}
    service, operation = path
    command = driver._get_command_table()[service]
    children = command._get_command_table() if hasattr(command, "_get_command_table") else command.subcommand_table
    return {f"--{name}" for table in (children[operation].arg_table, driver._get_argument_table()) for name in table}


@functools.cache
def _sam_options(path: tuple[str, ...]) -> set[str]:
    """Those that begin a line of the command's help; its examples and explanations name options of other commands, too."""
    command = path if path[:1] in {("local",), ("remote",), ("list",)} else path[:1]  # else the second word is the command's argument
    lines = re.findall(r"^ {1,8}(-.*)", _output([str(tools.sam()), *command, "--help"]), re.MULTILINE)
    return {option for line in lines for option in re.findall(r"--[a-z0-9-]+", re.split(r"\s{2,}", line)[0])}


@functools.cache
def _options_in_help(tool: str) -> set[str]:
    if tool == "npm":  # each of its settings is an option
        settings = _output([*tools.npm(), "config", "ls", "--long"])
        return {f"--{name}" for name in re.findall(r"^;? ?([a-z-]+) = ", settings, re.MULTILINE)}
    help_text = _output(["curl", "--help", "all"] if tool == "curl" else [sys.executable, "-m", "pip", "install", "--help"])
    return set(re.findall(r"--[a-z0-9-]+", help_text))


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, env=os.environ | tools.SAM_ENVIRONMENT, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        raise Lacking(f"{command[0]} is missing; install it with your system's package manager") from None
