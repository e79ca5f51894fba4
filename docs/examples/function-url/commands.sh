#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:deploy]
sam deploy --guided --stack-name greeting
# --8<-- [end:deploy]

# --8<-- [start:url]
url=$(aws cloudformation describe-stacks --stack-name greeting --output text \
  --query "Stacks[0].Outputs[?OutputKey=='Url'].OutputValue")
# --8<-- [end:url]

# --8<-- [start:call]
curl "$url?name=Ada"
curl "$url" --header "content-type: application/json" --data '{"name": "Ada"}'
curl "$url" --data 'name=Ada'
# --8<-- [end:call]

# --8<-- [start:delete]
sam delete --no-prompts --stack-name greeting
# --8<-- [end:delete]
