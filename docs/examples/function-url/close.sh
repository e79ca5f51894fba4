#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:close]
sam deploy --stack-name greeting
curl --include "$url?name=Ada"
# --8<-- [end:close]
