from time import sleep

RESERVE_MS = 500  # enough to return what is left


def lambda_handler(event, context):
    left = list(event["items"])
    done = []
    while left and context.get_remaining_time_in_millis() > RESERVE_MS:
        done.append(work(left.pop(0)))
    return {"done": done, "left": left}


def work(item):
    sleep(0.1)
    return item
