#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:deploy]
aws cloudformation deploy --stack-name budget --template-file template.yaml \
  --parameter-overrides Email=you@example.com FunctionName=my-function \
  --tags project=learn-lambda
# --8<-- [end:deploy]

# --8<-- [start:tags]
sam deploy --stack-name hello --tags project=learn-lambda
aws ce update-cost-allocation-tags-status \
  --cost-allocation-tags-status TagKey=project,Status=Active
# --8<-- [end:tags]

# --8<-- [start:costs]
aws ce get-cost-and-usage --granularity MONTHLY --metrics UnblendedCost \
  --time-period Start=2026-11-01,End=2026-12-01 \
  --filter '{"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda"]}}' \
  --group-by Type=DIMENSION,Key=USAGE_TYPE
# --8<-- [end:costs]

# --8<-- [start:delete]
aws cloudformation delete-stack --stack-name budget
# --8<-- [end:delete]
