"""The commands that pages show: sound for bash, with options that the tools know, and run against a simulated AWS where that is possible."""

import io
import json
import subprocess
import zipfile

import pytest
import yaml

from tests.lambda_runtime import shell
from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import EXAMPLES
from tests.lambda_runtime.recorded import recorded

FILES = sorted(EXAMPLES.rglob("*.sh"))
ROLE_FOR_LAMBDA = json.dumps({"Version": "2012-10-17", "Statement": []})


def name(file):
    return str(file.relative_to(EXAMPLES))


@pytest.mark.parametrize("file", FILES, ids=name)
def test_bash_can_read_it(file):
    result = subprocess.run(["bash", "-n", file], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_option_is_one_that_the_command_has(file):
    for words in shell.commands(file.read_text()):
        assert shell.unknown_options(words) == [], " ".join(words)


def test_so_is_every_option_in_the_workflow():
    [job] = yaml.safe_load((EXAMPLES / "deploy/workflow.yml").read_text())["jobs"].values()
    commands = [words for step in job["steps"] for words in shell.commands(step.get("run", ""))]
    assert [words[:2] for words in commands] == [["sam", "validate"], ["sam", "deploy"]]
    assert [shell.unknown_options(words) for words in commands] == [[], []]


def test_an_option_that_does_not_exist_would_be_found():
    found = [shell.unknown_options(words) for words in shell.commands("x=$(aws lambda get-alias --nmae live)\nsam deploy --stack hello")]
    assert found == [["--nmae"], ["--stack"]]


class TestVersionsAndAliases:
    def test_a_tenth_of_the_calls_then_all_then_back(self, tmp_path):
        with simulated_aws() as aws:
            function = a_function(aws, "hello")
            (tmp_path / "hello.zip").write_bytes(package("export const handler = async () => 2;"))

            def run(section):
                return shell.run(shell.section("deploy/versions.sh", section), aws, tmp_path)

            def alias():
                found = function.get_alias(FunctionName="hello", Name="live")
                return found["FunctionVersion"], found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})

            run("first")
            assert alias() == ("1", {})
            run("gradual")
            assert alias() == ("1", {"2": 0.1})
            shown = json.loads(run("look"))
            run("finish")
            assert alias() == ("2", {})
            run("rollback")
            assert alias() == ("1", {})
        shown["RevisionId"] = "00000000-0000-4000-8000-000000000001"
        recorded("deploy/output/look.json", json.dumps(shown, indent=4))


class TestCleanUp:
    def test_a_function_made_in_the_console(self, tmp_path):
        with simulated_aws() as aws:
            a_function(aws, "hello")
            logs = aws.client("logs")
            for group in ("/aws/lambda/hello", "/aws/lambda/old"):
                logs.create_log_group(logGroupName=group)
            shell.run(shell.section("clean-up/commands.sh", "console"), aws, tmp_path)
            assert aws.client("lambda").list_functions()["Functions"] == []
            listed = shell.run(shell.section("clean-up/commands.sh", "logs"), aws, tmp_path)
            [left] = logs.describe_log_groups()["logGroups"]
        assert listed.split()[0] == left["logGroupName"] == "/aws/lambda/old"
        assert left["retentionInDays"] == 14
        recorded("clean-up/output/logs.txt", listed)

    def test_the_roles_that_the_console_made_for_it(self, tmp_path):
        """One for each time that a tutorial had the function made, each with a policy of its own."""
        with simulated_aws() as aws:
            iam = aws.client("iam")
            statement = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            for letters in ("a1b2c3d4", "e5f6a7b8"):
                iam.create_role(RoleName=f"hello-role-{letters}", Path="/service-role/", AssumeRolePolicyDocument=ROLE_FOR_LAMBDA)
                policy = iam.create_policy(PolicyName=f"AWSLambdaBasicExecutionRole-{letters}", Path="/service-role/", PolicyDocument=document)
                iam.attach_role_policy(RoleName=f"hello-role-{letters}", PolicyArn=policy["Policy"]["Arn"])
            iam.create_role(RoleName="another-role", Path="/service-role/", AssumeRolePolicyDocument=ROLE_FOR_LAMBDA)
            shell.run(shell.section("clean-up/commands.sh", "role"), aws, tmp_path)
            assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == ["another-role"]
            assert iam.list_policies(Scope="Local")["Policies"] == []

    @pytest.mark.parametrize(("section", "bucket", "versioning"), [("bucket", "my-bucket", False), ("versioned-bucket", "my-versioned-bucket", True)])
    def test_a_bucket_with_what_is_in_it(self, tmp_path, section, bucket, versioning):
        with simulated_aws() as aws:
            s3 = aws.client("s3")
            s3.create_bucket(Bucket=bucket)
            if versioning:
                s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
            for key in ("a", "a", "b"):
                s3.put_object(Bucket=bucket, Key=key, Body=b"x")
            s3.delete_object(Bucket=bucket, Key="b")
            shell.run(shell.section("clean-up/commands.sh", section), aws, tmp_path)
            assert s3.list_buckets()["Buckets"] == []

    def test_what_carries_the_tag_is_found(self, tmp_path):
        with simulated_aws() as aws:
            a_function(aws, "hello", Tags={"project": "learn-lambda"})
            a_function(aws, "other")
            found = shell.run(shell.section("clean-up/commands.sh", "tagged"), aws, tmp_path)
        assert found.split() == ["arn:aws:lambda:us-east-1:123456789012:function:hello"]


def test_a_secret_is_stored_changed_and_deleted(tmp_path):
    with simulated_aws() as aws:

        def run(section):
            return shell.run(shell.section("configuration/commands.sh", section), aws, tmp_path)

        run("secret")
        first = run("read")
        run("change")
        second = run("read")
        run("delete")
        assert len(first.strip()) == len(second.strip()) == 64
        assert first != second
        assert aws.client("ssm").describe_parameters()["Parameters"] == []
    assert list(tmp_path.iterdir()) == [], "the key stays in no file"


def a_function(aws, name, **properties):
    iam, functions = aws.client("iam"), aws.client("lambda")
    role = iam.create_role(RoleName=f"role-of-{name}", AssumeRolePolicyDocument=ROLE_FOR_LAMBDA)["Role"]["Arn"]
    code = {"ZipFile": package("export const handler = async () => 1;")}
    functions.create_function(FunctionName=name, Runtime="nodejs24.x", Role=role, Handler="index.handler", Code=code, **properties)
    return functions


def package(code):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.mjs", code)
    return file.getvalue()
