from math import ceil


def lambda_handler(event, context):
    return {
        "requestId": context.aws_request_id,
        "functionName": context.function_name,
        "memoryMb": int(context.memory_limit_in_mb),
        "secondsLeft": ceil(context.get_remaining_time_in_millis() / 1000),
    }
