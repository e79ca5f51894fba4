#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:start]
AWS_LAMBDA_FUNCTION_TIMEOUT=3 _HANDLER=index.handler LAMBDA_TASK_ROOT="$PWD" aws-lambda-rie \
  --runtime-interface-emulator-address 127.0.0.1:9000 \
  --runtime-api-address 127.0.0.1:9001 \
  node client.mjs
# --8<-- [end:start]
