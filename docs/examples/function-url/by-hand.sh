#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:open]
aws lambda add-permission --function-name "$function" --statement-id public-url \
  --action lambda:InvokeFunctionUrl --principal "*" --function-url-auth-type NONE
aws lambda add-permission --function-name "$function" --statement-id public-invoke \
  --action lambda:InvokeFunction --principal "*" --invoked-via-function-url
# --8<-- [end:open]

# --8<-- [start:close]
aws lambda remove-permission --function-name "$function" --statement-id public-url
aws lambda remove-permission --function-name "$function" --statement-id public-invoke
# --8<-- [end:close]
