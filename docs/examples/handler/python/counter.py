calls = 0  # set once, when Lambda starts an execution environment


def lambda_handler(event, context):
    global calls
    calls += 1
    return {"calls": calls}
