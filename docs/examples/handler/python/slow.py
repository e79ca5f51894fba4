from time import sleep


def lambda_handler(event, context):
    sleep(event["seconds"])
    return {"slept": event["seconds"]}
