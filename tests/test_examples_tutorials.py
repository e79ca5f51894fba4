"""What the tutorials have their readers run, in the order of the pages, against a simulated AWS."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.built import free_port
from tests.lambda_runtime import shell, templates, tools
from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import EXAMPLES, Function
from tests.lambda_runtime.poller import Poller
from tests.lambda_runtime.recorded import recorded
from tests.test_examples_emulator import wait_for

TUTORIALS = EXAMPLES.parent / "tutorials"
NOT_SIMULATED = ("AWS::Lambda::", "AWS::IAM::", "AWS::Logs::")


def test_the_queue_tutorial_from_the_first_order_to_the_dead_letter(tmp_path):
    with simulated_aws() as aws:
        make_stack(aws, "queue", "queue/template.yaml")
        names = shell.run(shell.section("queue/commands.sh", "names") + "declare -p queue dead_letters table", aws, tmp_path)
        queue, table = (re.search(rf'{name}="(.+)"', names)[1] for name in ("queue", "table"))

        def run(section):
            # For SQS the AWS CLI 1 overlooks AWS_ENDPOINT_URL, and would call AWS.
            script = shell.section("queue/commands.sh", section).replace("aws sqs ", 'aws --endpoint-url "$AWS_ENDPOINT_URL" sqs ')
            return shell.run(names + script, aws, tmp_path)

        poller = Poller(aws.client("sqs"), queue)
        with Function("queue/python", "lambda_function.lambda_handler", **aws.environment, TABLE=table) as function:

            def until_empty():
                answers = []
                while answer := poller.poll(function):
                    answers.append(answer)
                return answers

            run("send")
            until_empty()
            first = run("orders")
            run("again")
            until_empty()
            assert run("orders") == first, "an order that was sent twice is there once"
            run("bad")
            assert len(until_empty()) == 5, "received as often as maxReceiveCount says, then set aside"
        recorded("queue/output/orders.txt", first)
        recorded("queue/output/orders-with-bread.txt", run("orders"))
        recorded("queue/output/dead.txt", run("dead"))


def make_stack(aws, name, template):
    """What of a template moto can make: the queues and tables, not the function and what belongs to it."""
    made = templates.transformed(EXAMPLES / template)
    made["Resources"] = {logical: resource for logical, resource in made["Resources"].items() if not resource["Type"].startswith(NOT_SIMULATED)}
    aws.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(made))


SWAP = re.compile(r"^ *Runtime: (?P<Runtime>\S+)\n *Handler: (?P<Handler>\S+)\n *CodeUri: (?P<CodeUri>\S+)\n", re.MULTILINE)
SWAPS = [(page, swap) for page in sorted(TUTORIALS.glob("*.md")) for swap in SWAP.finditer(page.read_text())]


@pytest.mark.parametrize(("page", "swap"), SWAPS, ids=[f"{page.stem}, {swap['Handler']}" for page, swap in SWAPS])
def test_the_lines_that_a_tab_swaps_make_a_sound_template(page, swap):
    """A template is in one language; where a page gives the three lines of the other, they are tried in the template nearest to them."""
    shown = re.finditer(r'--8<-- "([\w-]+/[\w-]+\.yaml)[":]', page.read_text())
    template = EXAMPLES / min(shown, key=lambda found: abs(found.start() - swap.start()))[1]
    text = template.read_text()
    for key, value in swap.groupdict().items():
        text = re.sub(rf"\b{key}: \S+", f"{key}: {value}", text)
    assert templates.complaints(json.dumps(templates.transformed(template, text))) == []
    module, name = swap["Handler"].split(".")
    code = template.parent / swap["CodeUri"] / f"{module}.{'mjs' if swap['Runtime'].startswith('nodejs') else 'py'}"
    assert re.search(rf"(export const|def) {name}\b", code.read_text())


def test_the_emulator_with_the_guides_own_runtime(tmp_path):
    """start-node.sh and invoke.sh as they are, at free ports."""
    for file in ("hello/node/index.mjs", "hello/event.json", "runtime/client.mjs"):
        shutil.copy(EXAMPLES / file, tmp_path)
    ports = {":9000": f":{free_port()}", ":9001": f":{free_port()}"}
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "aws-lambda-rie").symlink_to(tools.emulator())
    environment = {**os.environ, "PATH": os.pathsep.join([str(programs), str(tools.node().parent), os.environ["PATH"]])}
    start, invoke = (replaced((EXAMPLES / f"emulator/{name}.sh").read_text(), ports) for name in ("start-node", "invoke"))
    with (tmp_path / "log").open("wb") as log:
        emulator = subprocess.Popen(["bash", "-c", start], cwd=tmp_path, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(ports[":9000"][1:])
        result = subprocess.run(["bash", "-c", invoke], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=30)
    finally:
        os.killpg(emulator.pid, 9)
        emulator.wait()
    assert json.loads(result.stdout) == {"message": "Hello, Ada!"}


def test_the_test_with_a_simulated_table_in_node(tmp_path):
    """With moto's server, as the page starts it, at a free port."""
    for file in ("table/node/index.mjs", "testing/node/table.test.mjs"):
        shutil.copy(EXAMPLES / file, tmp_path)
    (tmp_path / "node_modules").symlink_to(tools.node_packages())
    port = str(free_port())
    test = tmp_path / "table.test.mjs"
    test.write_text(test.read_text().replace(":5000", f":{port}"))
    serve = shell.section("testing/commands.sh", "server").splitlines()[-1].replace("5000", port).split()
    server = subprocess.Popen([Path(sys.executable).with_name(serve[0]), *serve[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")}
        command = [tools.node(), "--test", "--test-reporter=spec", "table.test.mjs"]
        runs = [subprocess.run(command, cwd=tmp_path, env={**environment, "NO_COLOR": "1"}, capture_output=True, text=True) for _ in range(2)]
    finally:
        server.kill()
        server.wait()
    for result in runs:
        assert result.returncode == 0, result.stdout
        assert "pass 1" in result.stdout
    output = re.sub(r"[\d.]+ms|(?<=duration_ms )[\d.]+", lambda time: "1ms" if time[0].endswith("ms") else "50", runs[0].stdout)
    recorded("testing/output/table-node.txt", output)


def test_github_is_told_the_roles_and_only_one_branch_may_take_them(tmp_path, monkeypatch):
    """A stand-in for `gh` gives the ids that GitHub would, and keeps what it is told."""
    gh = tmp_path / "gh"
    gh.write_text('#!/bin/sh\n[ "$1" = api ] && echo octo-org@1234/octo-repo@5678 || echo "$3 $5" >> told\n')
    gh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    # moto makes no provider from a template, and forgets the outputs of a stack that `aws cloudformation deploy` made.
    template = re.sub(r"  # --8<-- \[start:provider\].*\[end:provider\]\n", "", (EXAMPLES / "deploy/role.yaml").read_text(), flags=re.DOTALL)
    template = template.replace("!Ref GitHub", "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com")
    with simulated_aws() as aws:
        repository = shell.run(shell.section("deploy/commands.sh", "repository"), aws, tmp_path).strip()
        parameters = [{"ParameterKey": "Repository", "ParameterValue": repository}]
        aws.client("cloudformation").create_stack(StackName="deploy-hello", TemplateBody=template, Parameters=parameters)
        shell.run(shell.section("deploy/commands.sh", "variables"), aws, tmp_path)
        trusted = {role["Arn"]: role["AssumeRolePolicyDocument"]["Statement"] for role in aws.client("iam").list_roles()["Roles"]}
        buckets = [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]]
    told = dict(line.split() for line in (tmp_path / "told").read_text().splitlines() if line.strip())
    # https://docs.github.com/en/actions/reference/security/oidc: immutable subject claims
    [deploy] = trusted[told["DEPLOY_ROLE"]]
    assert deploy["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"] == "repo:octo-org@1234/octo-repo@5678:ref:refs/heads/main"
    [build] = trusted[told["BUILD_ROLE"]]
    assert build["Principal"] == {"Service": "cloudformation.amazonaws.com"}
    assert [told["PACKAGES"]] == buckets


def replaced(text, changes):
    for old, new in changes.items():
        text = text.replace(old, new)
    return text
