from lambda_function import lambda_handler


def test_it_greets_whom_the_event_names():
    assert lambda_handler({"name": "Ada"}, None) == {"message": "Hello, Ada!"}


def test_it_greets_the_world_when_nobody_is_named():
    assert lambda_handler({}, None) == {"message": "Hello, world!"}
