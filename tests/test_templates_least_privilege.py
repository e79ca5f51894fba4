"""What the functions of the examples may do, and who may call them as often as they like: read from what SAM makes of the templates."""

import pytest

from tests.lambda_runtime import templates
from tests.lambda_runtime.function import EXAMPLES

SAM = [file for file in templates.all_templates() if templates.is_sam(file)]
WRITES_ANY_LOG = "service-role/AWSLambdaBasicExecutionRole"


def name(file):
    return str(file.relative_to(EXAMPLES))


def resources(file, kind):
    return {logical: resource["Properties"] for logical, resource in templates.transformed(file)["Resources"].items() if resource["Type"] == kind}


def roles_of_functions(file):
    """Not the role that CodeDeploy takes for a gradual deployment, whose policy is AWS's."""
    return [role for role in resources(file, "AWS::IAM::Role").values() if "lambda.amazonaws.com" in str(role["AssumeRolePolicyDocument"])]


def listed(value):
    return value if isinstance(value, list) else [value]


def statements(role):
    return [statement for policy in role.get("Policies", []) for statement in listed(policy["PolicyDocument"]["Statement"])]


def managed(role):
    return {str(arn).rpartition(":policy/")[2].strip("'}]") for arn in role.get("ManagedPolicyArns", [])}


@pytest.mark.parametrize("file", SAM, ids=name)
def test_no_function_may_do_anything_to_everything(file):
    for role in roles_of_functions(file):
        for statement in statements(role):
            assert "*" not in listed(statement["Resource"]), statement
            assert not [action for action in listed(statement["Action"]) if action.endswith("*")], statement


@pytest.mark.parametrize("file", SAM, ids=name)
def test_no_managed_policy_reaches_beyond_writing_logs(file):
    """SAM adds a managed policy for each kind of event source that Lambda polls; each is for every queue or stream of the account."""
    assert roles_of_functions(file)
    for role in roles_of_functions(file):
        assert managed(role) <= {WRITES_ANY_LOG}


def test_the_function_behind_the_queue_reads_this_queue_writes_this_table_and_this_log_and_nothing_else():
    [role] = roles_of_functions(EXAMPLES / "queue/template.yaml")
    assert managed(role) == set()
    granted = {(action, str(statement["Resource"])) for statement in statements(role) for action in listed(statement["Action"])}
    queue, table, log = (str({"Fn::GetAtt": [logical, "Arn"]}) for logical in ("Queue", "Orders", "AcceptLogs"))
    # The first three are what https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html asks for.
    assert granted == {
        ("sqs:ReceiveMessage", queue),
        ("sqs:DeleteMessage", queue),
        ("sqs:GetQueueAttributes", queue),
        ("dynamodb:PutItem", table),
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
    }
    [function] = templates.functions(EXAMPLES / "queue/template.yaml").values()
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": "AcceptLogs"}


@pytest.mark.parametrize("file", SAM, ids=name)
def test_every_http_api_has_a_limit_of_its_own(file):
    """Without one, only the account's limit holds: 10,000 requests a second by default."""
    text = file.read_text()
    stages = resources(file, "AWS::ApiGatewayV2::Stage").values()
    assert len(stages) == len(resources(file, "AWS::ApiGatewayV2::Api")), "SAM makes one stage for each API"
    assert ("HttpApi" in text) == bool(stages)
    for stage in stages:
        limits = stage["DefaultRouteSettings"]
        assert 0 < limits["ThrottlingRateLimit"] <= 10
        assert 0 < limits["ThrottlingBurstLimit"] <= 20
