#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:invoke]
curl --silent --data @event.json http://127.0.0.1:9000/2015-03-31/functions/function/invocations
# --8<-- [end:invoke]
