"""What the examples' roles may do, and what nobody may do through them."""

from __future__ import annotations

import re
from itertools import chain

import pytest
import yaml
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.lambda_runtime import shell, templates
from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import EXAMPLES
from tests.lambda_runtime.policies import allow, statements
from tests.test_examples_commands import a_function

DOCS = EXAMPLES.parent
ROLES = EXAMPLES / "deploy/role.yaml"
DEPLOYED = EXAMPLES / "deploy/template.yaml"
BOUNDARY = "arn:of:Boundary"
HERE = "us-east-1:123456789012"
OWN_ROLE = "arn:aws:iam::123456789012:role/hello-HelloRole-abc"

# Every action that an example allows on "*", and why it cannot be narrower. The page about deployment says the same.
ON_EVERYTHING = {
    "cloudwatch:DescribeAlarms": "reads a list",
    "logs:DescribeLogGroups": "reads a list",
    "logs:DescribeResourcePolicies": "reads a list",
    "codedeploy:StopDeployment": "names a deployment by its id",
}

SHIFTING = [
    f"arn:aws:codedeploy:{HERE}:deploymentgroup:hello-ServerlessDeploymentApplication-abc/hello-HelloDeploymentGroup-def",
    f"arn:aws:codedeploy:{HERE}:application:hello-ServerlessDeploymentApplication-abc",
    f"arn:aws:codedeploy:{HERE}:deploymentconfig:CodeDeployDefault.LambdaCanary10Percent5Minutes",
]
# Of each type in the template, what CloudFormation's requests name, in the form that AWS gives it.
OWN = {
    "AWS::CloudWatch::Alarm": [f"arn:aws:cloudwatch:{HERE}:alarm:hello-LiveErrors-abc"],
    "AWS::CodeDeploy::Application": SHIFTING,
    "AWS::CodeDeploy::DeploymentGroup": SHIFTING,
    "AWS::IAM::Role": [OWN_ROLE],
    "AWS::Lambda::Function": [f"arn:aws:lambda:{HERE}:function:hello-Hello-abc", "arn:of:Packages/abc123"],
    "AWS::Lambda::Version": [f"arn:aws:lambda:{HERE}:function:hello-Hello-abc:1"],
    "AWS::Lambda::Alias": [f"arn:aws:lambda:{HERE}:function:hello-Hello-abc:live", *SHIFTING],
    "AWS::Logs::LogGroup": [f"arn:aws:logs:{HERE}:log-group:hello-HelloLogs-abc"],
}

# What CloudFormation's handlers ask for and the example's role leaves out, by the reason.
NOT_NEEDED = {
    "the function has no VPC, no file system and no key of its own": r"ec2:.*|elasticfilesystem:.*|s3files:.*|kms:.*",
    "the bucket of packages keeps no versions": r"s3:GetObjectVersion",
    "it would take the boundary off a role": r"iam:DeleteRolePermissionsBoundary",
    "Lambda functions are no machines of yours": r"codedeploy:RegisterOnPremisesInstance",
    "the log group has no key, no data protection, no index, no policy, no delivery and no deletion protection": (
        r"logs:(Put|Delete)(DataProtection|Resource|Index)Policy|logs:CreateLogDelivery|s3:REST\.PUT\.OBJECT|firehose:TagDeliveryStream"
        r"|logs:(Associate|Disassociate)KmsKey|logs:PutLogGroupDeletionProtection|logs:PutBearerTokenAuthentication"
    ),
}


@pytest.fixture
def build():
    return statements(ROLES, "Build")


def written(value):
    """Every policy statement of a template, wherever it stands: in a role, in a managed policy, in a function's own policies."""
    if isinstance(value, dict):
        if "Effect" in value and "Resource" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        yield from chain.from_iterable(written(part) for part in value)


def on_everything(file):
    """The actions that a template allows on every resource."""
    many = [(as_list(statement["Action"]), as_list(statement["Resource"])) for statement in written(templates.read(file)) if statement["Effect"] == "Allow"]
    return {action for actions, resources in many if "*" in resources for action in actions}


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("file", templates.all_templates(), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_only_listed_actions_are_allowed_on_everything(file):
    assert on_everything(file) <= set(ON_EVERYTHING)


def test_the_page_names_each_action_that_is_allowed_on_everything():
    page = (DOCS / "tutorials/deploy.md").read_text()
    assert on_everything(ROLES) == set(ON_EVERYTHING), "an exception that nothing uses"
    assert [action for action in ON_EVERYTHING if f"`{action}`" not in page] == []


class TestAPushToMain:
    """What anyone can do who may push: CloudFormation works for them with the role Build."""

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("logs:DeleteLogGroup", f"arn:aws:logs:{HERE}:log-group:/aws/cloudtrail/audit"),
            ("logs:PutRetentionPolicy", f"arn:aws:logs:{HERE}:log-group:other-Logs"),
            ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{HERE}:alarm:alarms-ManyAtOnce-abc"),
            ("cloudwatch:PutMetricAlarm", f"arn:aws:cloudwatch:{HERE}:alarm:alarms-ManyAtOnce-abc"),
            ("cloudwatch:DisableAlarmActions", f"arn:aws:cloudwatch:{HERE}:alarm:alarms-ManyAtOnce-abc"),
            ("codedeploy:DeleteApplication", f"arn:aws:codedeploy:{HERE}:application:other"),
            ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{HERE}:function:other-Function"),
            ("s3:GetObject", "arn:aws:s3:::other/object"),
            ("iam:DeleteRole", "arn:aws:iam::123456789012:role/other-role"),
            ("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/deploy-hello-Build-abc"),
            ("iam:UpdateAssumeRolePolicy", "arn:aws:iam::123456789012:role/codedeploy-hello"),
        ],
    )
    def test_reaches_nothing_outside_its_stack(self, build, action, resource):
        assert not allow(build, action, resource)
        assert not allow(build, action, resource, PermissionsBoundary=BOUNDARY)

    CHANGES = ["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary"]

    @pytest.mark.parametrize("action", CHANGES)
    def test_makes_and_changes_roles_only_within_the_boundary(self, build, action):
        assert allow(build, action, OWN_ROLE, PermissionsBoundary=BOUNDARY)
        assert not allow(build, action, OWN_ROLE)
        assert not allow(build, action, OWN_ROLE, PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess")

    def test_cannot_take_the_boundary_off(self, build):
        assert not allow(build, "iam:DeleteRolePermissionsBoundary", OWN_ROLE, PermissionsBoundary=BOUNDARY)

    @pytest.mark.parametrize("action", ["CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion", "CreatePolicy"])
    def test_cannot_move_the_boundary(self, build, action):
        for policy in (BOUNDARY, "arn:aws:iam::123456789012:policy/hello-boundary"):
            assert not allow(build, f"iam:{action}", policy)

    def test_hands_a_role_only_to_lambda_and_codedeploy(self, build):
        assert allow(build, "iam:PassRole", OWN_ROLE, PassedToService="lambda.amazonaws.com")
        assert allow(build, "iam:PassRole", "arn:of:Shift", PassedToService="codedeploy.amazonaws.com")
        for service in ("ec2.amazonaws.com", "codedeploy.amazonaws.com", "cloudformation.amazonaws.com"):
            assert not allow(build, "iam:PassRole", OWN_ROLE, PassedToService=service)
        assert not allow(build, "iam:PassRole", "arn:aws:iam::123456789012:role/administrator", PassedToService="lambda.amazonaws.com")
        assert not allow(build, "iam:PassRole", OWN_ROLE)

    def test_gives_its_functions_a_log_and_nothing_else(self):
        boundary = statements(ROLES, "Boundary")
        for stream in ("log-group:hello-HelloLogs-abc:log-stream:2026", "log-group:hello-HelloLogs-abc:*"):
            assert allow(boundary, "logs:PutLogEvents", f"arn:aws:logs:{HERE}:{stream}")
        assert not allow(boundary, "logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/cloudtrail/audit:log-stream:1")
        for action in ("iam:CreateUser", "sts:AssumeRole", "s3:GetObject", "lambda:UpdateFunctionCode", "logs:DeleteLogGroup"):
            assert not allow(boundary, action, f"arn:aws:logs:{HERE}:log-group:hello-HelloLogs-abc")


def test_the_policy_that_is_the_boundary_has_the_name_that_the_template_says():
    roles = templates.read(ROLES)["Resources"]
    function = templates.read(DEPLOYED)["Resources"]["Hello"]["Properties"]
    name = roles["Boundary"]["Properties"]["ManagedPolicyName"]["Fn::Sub"].replace("${Stack}", "hello")
    assert function["PermissionsBoundary"]["Fn::Sub"].replace("${AWS::StackName}", "hello").endswith(f":policy/{name}")
    name = roles["Shift"]["Properties"]["RoleName"]["Fn::Sub"].replace("${Stack}", "hello")
    assert function["DeploymentPreference"]["Role"]["Fn::Sub"].replace("${AWS::StackName}", "hello").endswith(f":role/{name}")


def test_every_role_that_the_pipeline_makes_has_the_boundary():
    """SAM makes roles that the template doesn't show: one for each function, and one for CodeDeploy unless it is given."""
    resources = templates.transformed(DEPLOYED)["Resources"]
    roles = {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == "AWS::IAM::Role"}
    assert list(roles) == ["HelloRole"]
    assert "PermissionsBoundary" in roles["HelloRole"]


@pytest.mark.parametrize("kind", OWN)
def test_the_pipeline_may_do_what_cloudformation_says_it_needs(build, kind):
    """CloudFormation's schema of a type lists the permissions that its handlers need. cfn-lint brings the schemas along."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    needed = set(schema["tagging"].get("permissions", []))
    needed |= set(chain.from_iterable(schema["handlers"].get(name, {}).get("permissions", []) for name in ("create", "read", "update", "delete")))
    refused = {action for action in needed if not may(build, action, kind)}
    assert {action for action in refused if not any(re.fullmatch(pattern, action) for pattern in NOT_NEEDED.values())} == set()


def may(build, action, kind):
    services = ("lambda.amazonaws.com", "codedeploy.amazonaws.com")
    resources = [*OWN[kind], OWN_ROLE, "arn:of:Shift"]
    return any(allow(build, action, resource, PermissionsBoundary=BOUNDARY, PassedToService=service) for resource in resources for service in services)


def test_every_type_in_the_template_is_compared():
    assert {resource["Type"] for resource in templates.transformed(DEPLOYED)["Resources"].values()} == set(OWN)


def test_what_codedeploy_may_do_is_to_move_the_aliases_of_the_stack():
    shift = statements(ROLES, "Shift")
    assert allow(shift, "lambda:UpdateAlias", f"arn:aws:lambda:{HERE}:function:hello-Hello-abc:live")
    assert allow(shift, "cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{HERE}:alarm:hello-LiveErrors-abc")
    for action, resource in [("lambda:UpdateAlias", "other-Function:live"), ("lambda:UpdateFunctionCode", "hello-Hello-abc")]:
        assert not allow(shift, action, f"arn:aws:lambda:{HERE}:function:{resource}")


def test_the_workflow_installs_the_sam_that_the_tests_have():
    [job] = yaml.safe_load((EXAMPLES / "deploy/workflow.yml").read_text())["jobs"].values()
    [setup] = [step["with"] for step in job["steps"] if "setup-sam" in step.get("uses", "")]
    tested = re.search(r"^aws-sam-cli==(\S+)", (DOCS.parent / "tests/requirements-sam.txt").read_text(), re.MULTILINE)[1]
    assert setup["version"] == tested


@pytest.mark.parametrize("file", templates.all_templates(), ids=lambda file: file.parent.name + "/" + file.name)
def test_no_bucket_of_packages_forgets_by_age(file):
    """A rollback needs the package of the last good deployment, however old that is."""
    for name, resource in templates.read(file)["Resources"].items():
        if resource["Type"] == "AWS::S3::Bucket" and name == "Packages":
            assert "Expiration" not in str(resource.get("Properties", {}).get("LifecycleConfiguration", ""))


class TestTheLeast:
    def test_the_smallest_role_writes_its_own_log_and_does_nothing_else(self):
        [statement] = statements(EXAMPLES / "permissions/least.yaml", "HelloRole")
        assert set(statement.actions) == {"logs:CreateLogStream", "logs:PutLogEvents"}
        assert statement.resources == ("arn:of:HelloLogs",)
        resources = templates.transformed(EXAMPLES / "permissions/least.yaml")["Resources"].values()
        assert len([resource for resource in resources if resource["Type"] == "AWS::IAM::Role"]) == 1, "SAM makes no second role beside the one it is given"

    def test_no_page_calls_awss_policy_the_least(self):
        """Where a page names AWS's policy, it says that the policy reaches every log group, or that the console's is a copy."""
        role = templates.transformed(EXAMPLES / "hello/template.yaml")["Resources"]["HelloNodeRole"]
        assert role["Properties"]["ManagedPolicyArns"] == ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
        for page in ("tutorials/hello-sam", "tutorials/hello-console", "concepts/permissions"):
            for block in blocks(f"{page}.md"):
                if "AWSLambdaBasicExecutionRole" in block:
                    assert re.search(r"\*(any|every)\* log group|copy|attached to nothing", block), block


class TestAPublicFunction:
    def test_sam_confines_the_second_statement_to_the_url(self):
        granted = {
            resource["Properties"]["Action"]: resource["Properties"]
            for resource in templates.transformed(EXAMPLES / "function-url/template.yaml")["Resources"].values()
            if resource["Type"] == "AWS::Lambda::Permission"
        }
        assert granted["lambda:InvokeFunction"]["InvokedViaFunctionUrl"] is True
        assert granted["lambda:InvokeFunctionUrl"]["FunctionUrlAuthType"] == "NONE"

    def test_so_do_the_commands_for_a_url_made_by_hand(self, tmp_path):
        """The simulated AWS ignores the condition, so the command line itself is looked at as well."""
        url, invoke = shell.commands(shell.section("function-url/by-hand.sh", "open"))
        assert "lambda:InvokeFunctionUrl" in url and url[url.index("--function-url-auth-type") + 1] == "NONE"
        assert "lambda:InvokeFunction" in invoke and "--invoked-via-function-url" in invoke
        with simulated_aws() as aws:
            function = a_function(aws, "greeting")
            for section in ("open", "close"):
                shell.run("function=greeting\n" + shell.section("function-url/by-hand.sh", section), aws, tmp_path)
                if section == "open":
                    assert "public-invoke" in function.get_policy(FunctionName="greeting")["Policy"]
            with pytest.raises(function.exceptions.ResourceNotFoundException):
                function.get_policy(FunctionName="greeting")

    def test_every_public_permission_in_a_command_or_template_carries_the_condition(self):
        for file in sorted(EXAMPLES.rglob("*.sh")):
            for words in shell.commands(file.read_text()):
                if "add-permission" in words and "*" in words and "lambda:InvokeFunction" in words:
                    assert "--invoked-via-function-url" in words, file
        for file in templates.all_templates():
            for name, resource in templates.read(file)["Resources"].items():
                properties = resource.get("Properties", {})
                if resource["Type"] == "AWS::Lambda::Permission" and properties["Principal"] == "*" and properties["Action"] == "lambda:InvokeFunction":
                    assert properties.get("InvokedViaFunctionUrl") is True, f"{file}: {name}"

    @pytest.mark.parametrize("page", ["tutorials/function-url.md", "concepts/permissions.md"])
    def test_the_page_names_the_condition_and_says_what_stays(self, page):
        text = (DOCS / page).read_text()
        assert "lambda:InvokedViaFunctionUrl" in text
        assert "--invoked-via-function-url" in text
        assert re.search(r"stays? when (the URL is deleted|you delete the URL)", text)


def blocks(page: str) -> list[str]:
    """The paragraphs, list items and table rows of a page."""
    return re.split(r"\n\n|\n(?=[-|]|\d+\. )", (DOCS / page).read_text())
