#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:deploy]
sam deploy --guided --stack-name lists
# --8<-- [end:deploy]

# --8<-- [start:url]
url=$(aws cloudformation describe-stacks --stack-name lists --output text \
  --query "Stacks[0].Outputs[?OutputKey=='Url'].OutputValue")
# --8<-- [end:url]

# --8<-- [start:call]
json="content-type: application/json"
call() {
  curl --silent --show-error --write-out ' (%{http_code})\n' "$@"
}

call --request PUT "$url/lists/party/apples" --header "$json" --data '{"amount": 6}'
call --request PUT "$url/lists/party/apples" --header "$json" --data '{"amount": 9}'
call --request PUT "$url/lists/party/bread" --header "$json" --data '{"amount": 1}'
call "$url/lists/party/apples"
call "$url/lists/party/cheese"
call "$url/lists/party"
# --8<-- [end:call]

# --8<-- [start:delete]
sam delete --no-prompts --stack-name lists
# --8<-- [end:delete]
