#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:venv]
python3 -m venv .venv
source .venv/bin/activate
pip install pytest boto3 "moto[dynamodb,server]" awslambdaric
# --8<-- [end:venv]

# --8<-- [start:unit-python]
cd hello
python -m pytest -q
# --8<-- [end:unit-python]

# --8<-- [start:unit-node]
cd hello
node --test
# --8<-- [end:unit-node]

# --8<-- [start:table-python]
cd table
python -m pytest -q
# --8<-- [end:table-python]

# --8<-- [start:server]
source .venv/bin/activate
moto_server --host 127.0.0.1 --port 5000
# --8<-- [end:server]

# --8<-- [start:table-node]
cd table
npm install @aws-sdk/client-dynamodb @aws-sdk/lib-dynamodb
node --test
# --8<-- [end:table-node]

# --8<-- [start:remote]
sam remote invoke HelloPython --stack-name hello --event-file event.json
# --8<-- [end:remote]
