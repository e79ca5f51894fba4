#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:invoke]
sam local invoke HelloPython --event event.json
# --8<-- [end:invoke]
