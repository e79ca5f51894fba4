#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:deploy]
sam validate --lint
sam deploy --guided --stack-name hello
# --8<-- [end:deploy]

# --8<-- [start:invoke]
sam remote invoke HelloNode --stack-name hello --event-file event.json
sam remote invoke HelloPython --stack-name hello --event-file event.json
# --8<-- [end:invoke]

# --8<-- [start:logs]
sam logs --stack-name hello --name HelloNode --start-time "10min ago"
# --8<-- [end:logs]

# --8<-- [start:update]
sam deploy --stack-name hello
# --8<-- [end:update]

# --8<-- [start:delete]
sam delete --stack-name hello
# --8<-- [end:delete]
