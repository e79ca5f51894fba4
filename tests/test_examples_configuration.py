"""Environment variables are read once, secrets are fetched once and kept for a while."""

import hashlib
import hmac

import pytest

from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import Function
from tests.lambda_runtime.recorded import recorded_json

HANDLERS = {"node": "index.handler", "python": "lambda_function.lambda_handler"}
both = pytest.mark.parametrize("runtime", HANDLERS)


@both
def test_the_secret_is_fetched_once_for_many_invocations(runtime):
    with simulated_aws() as aws:
        aws.client("ssm").put_parameter(Name="/example/key", Value="not a real secret", Type="SecureString")
        aws.requests.clear()
        environment = {**aws.environment, "SECRET_NAME": "/example/key", "ISSUER": "shop"}
        with Function(f"configuration/{runtime}", HANDLERS[runtime], **environment) as sign:
            results = [sign.response({"text": "order 1"}) for _ in range(3)]
        assert aws.requests == ["GetParameter"]
    expected = hmac.new(b"not a real secret", b"shop:order 1", hashlib.sha256).hexdigest()
    assert results == [{"text": "shop:order 1", "signature": expected}] * 3
    recorded_json("configuration/output/result.json", results[0])


@both
def test_a_setting_that_is_missing_stops_the_function_at_its_start(runtime):
    with Function(f"configuration/{runtime}", HANDLERS[runtime]) as sign:
        failure = sign.init_error()
    assert "SECRET_NAME" in failure["errorMessage"]
    recorded_json(f"configuration/output/missing-{runtime}.json", failure)
