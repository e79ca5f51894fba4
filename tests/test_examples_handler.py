"""Around the handler: what it is given, what lives on, how it fails, what it logs."""

import pytest

from tests.lambda_runtime.function import Function
from tests.lambda_runtime.recorded import recorded, recorded_json, without_times

RUNTIMES = {"node": "handler", "python": "lambda_handler"}
both = pytest.mark.parametrize("runtime", RUNTIMES)


def function(module: str, runtime: str, **environment: str) -> Function:
    return Function(f"handler/{runtime}", f"{module}.{RUNTIMES[runtime]}", **environment)


@both
def test_the_context_says_which_function_and_how_much_time_is_left(runtime):
    with function("context", runtime) as context:
        result = context.response({}, timeout_s=3)
    assert 1 <= result["secondsLeft"] <= 3
    result["secondsLeft"] = 3  # less on a machine that is busy
    assert result == {"requestId": "00000000-0000-4000-8000-000000000001", "functionName": "example", "memoryMb": 128, "secondsLeft": 3}
    recorded_json("handler/output/context.json", result)


@both
def test_a_module_variable_lives_as_long_as_its_environment(runtime):
    with function("counter", runtime) as first, function("counter", runtime) as second:
        calls = [("first", first)] * 3 + [("second", second)]
        lines = [f"{name} environment: {environment.response({})}" for name, environment in calls]
    assert [line.split()[-1] for line in lines] == ["1}", "2}", "3}", "1}"]
    recorded("handler/output/counter.txt", "\n".join(lines).replace("'", '"'))


@both
def test_an_error_that_is_thrown_becomes_a_result_with_its_type(runtime):
    with function("errors", runtime) as errors:
        assert errors.response({"item": "apple"}) == {"item": "apple", "left": 3}
        failure = errors.error({"item": "pear"})
        assert errors.response({"item": "apple"}) == {"item": "apple", "left": 3}, "the environment lives on"
    assert (failure["errorType"], failure["errorMessage"]) == ("OutOfStock", "no pear left")
    recorded_json(f"handler/output/error-{runtime}.json", failure)


@both
@pytest.mark.parametrize(("handler", "error_type"), [("app.handler", "ImportModuleError"), ("{module}.main", "HandlerNotFound")])
def test_a_wrong_handler_name_fails_before_the_first_invocation(runtime, handler, error_type):
    module = {"node": "index", "python": "lambda_function"}[runtime]
    with Function(f"hello/{runtime}", handler.format(module=module)) as hello:
        failure = hello.init_error()
    assert failure["errorType"] == f"Runtime.{error_type}"
    recorded(f"handler/output/{error_type}-{runtime}.txt", f"{failure['errorType']}: {failure['errorMessage']}")


@both
def test_a_handler_that_watches_the_clock_returns_what_is_left(runtime):
    with function("deadline", runtime) as deadline:
        enough = deadline.response({"items": [1, 2, 3, 4, 5]}, timeout_s=30)
        short = deadline.response({"items": [1, 2, 3, 4, 5]}, timeout_s=0.7)
    assert enough == {"done": [1, 2, 3, 4, 5], "left": []}
    assert short["left"], "there was no time for five items"
    assert short["done"] + short["left"] == [1, 2, 3, 4, 5]


@both
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_what_a_handler_logs(runtime, log_format):
    with function("logs", runtime, AWS_LAMBDA_LOG_FORMAT=log_format.upper()) as logs:
        assert logs.response({"orderId": "o-1", "items": []}) == {"accepted": False}
        log = logs.log()
    assert log.count("\n") == 2
    assert "order received" in log and "order is empty" in log
    recorded(f"handler/output/logs-{runtime}-{log_format}.txt", without_times(log))


class TestHandlersInTheMannerOf2016:
    def test_context_succeed_is_gone(self):
        with Function("old-style/node", "succeed.handler") as old:
            failure = old.error({"name": "Ada"})
        assert failure["errorMessage"] == "context.succeed is not a function"
        recorded_json("old-style/output/succeed.json", failure)

    def test_a_callback_is_refused_before_the_first_invocation(self):
        with Function("old-style/node", "callback.handler") as old:
            failure = old.init_error()
        assert failure["errorType"] == "Runtime.CallbackHandlerDeprecated"
        del failure["trace"]
        recorded_json("old-style/output/callback.json", failure)

    def test_an_async_function_that_returns_its_result_does_the_same(self):
        with Function("old-style/node", "fixed.handler") as fixed:
            assert fixed.response({"name": "Ada"}) == {"message": "Hello, Ada!"}
