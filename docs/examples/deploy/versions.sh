#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:first]
aws lambda publish-version --function-name hello
aws lambda create-alias --function-name hello --name live --function-version 1
# --8<-- [end:first]

# --8<-- [start:call]
aws lambda invoke --function-name hello --qualifier live --payload fileb://event.json answer.json
cat answer.json
# --8<-- [end:call]

# --8<-- [start:gradual]
aws lambda update-function-code --function-name hello --zip-file fileb://hello.zip --publish
aws lambda update-alias --function-name hello --name live \
  --routing-config '{"AdditionalVersionWeights": {"2": 0.1}}'
# --8<-- [end:gradual]

# --8<-- [start:look]
aws lambda get-alias --function-name hello --name live
# --8<-- [end:look]

# --8<-- [start:finish]
aws lambda update-alias --function-name hello --name live \
  --function-version 2 --routing-config '{"AdditionalVersionWeights": {}}'
# --8<-- [end:finish]

# --8<-- [start:rollback]
aws lambda update-alias --function-name hello --name live \
  --function-version 1 --routing-config '{"AdditionalVersionWeights": {}}'
# --8<-- [end:rollback]
