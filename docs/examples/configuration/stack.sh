#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:deploy]
sam deploy --guided --stack-name sign
# --8<-- [end:deploy]

# --8<-- [start:invoke]
sam remote invoke Sign --stack-name sign --event '{"text": "order 1"}'
# --8<-- [end:invoke]

# --8<-- [start:update]
sam deploy --stack-name sign
# --8<-- [end:update]

# --8<-- [start:delete]
sam delete --no-prompts --stack-name sign
# --8<-- [end:delete]
