from time import monotonic

import boto3

ssm = boto3.client("ssm")
MAX_AGE_S = 5 * 60  # a changed secret is in use after five minutes
cache = {}


def secret(name):
    value, read_at = cache.get(name, (None, 0))
    if value is None or monotonic() - read_at >= MAX_AGE_S:
        value = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        cache[name] = (value, monotonic())
    return value
