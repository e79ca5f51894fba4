#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:deploy]
aws cloudformation deploy --stack-name alarms --template-file template.yaml \
  --parameter-overrides Email=you@example.com --tags project=learn-lambda
# --8<-- [end:deploy]

# --8<-- [start:try]
alarm=$(aws cloudformation describe-stack-resource --stack-name alarms --output text \
  --logical-resource-id Errors --query StackResourceDetail.PhysicalResourceId)
aws cloudwatch set-alarm-state --alarm-name "$alarm" --state-value ALARM --state-reason "a test"
# --8<-- [end:try]

# --8<-- [start:name]
function=$(aws cloudformation describe-stack-resource --stack-name hello --output text \
  --logical-resource-id HelloNode --query StackResourceDetail.PhysicalResourceId)
echo "$function"
# --8<-- [end:name]

# --8<-- [start:metrics]
for metric in Invocations Duration; do
  aws cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name $metric \
    --dimensions "Name=FunctionName,Value=$function" --statistics Sum --period 86400 \
    --start-time 2026-11-23T00:00:00Z --end-time 2026-11-24T00:00:00Z \
    --query 'Datapoints[].Sum' --output text
done
# --8<-- [end:metrics]

# --8<-- [start:tags]
sam deploy --stack-name hello --tags project=learn-lambda
# --8<-- [end:tags]

# --8<-- [start:activate]
aws ce update-cost-allocation-tags-status \
  --cost-allocation-tags-status TagKey=project,Status=Active
# --8<-- [end:activate]

# --8<-- [start:costs]
aws ce get-cost-and-usage --granularity MONTHLY --metrics UnblendedCost \
  --time-period Start=2026-11-01,End=2026-12-01 \
  --filter '{"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda"]}}' \
  --group-by Type=DIMENSION,Key=USAGE_TYPE
# --8<-- [end:costs]

# --8<-- [start:delete]
aws cloudformation delete-stack --stack-name alarms
# --8<-- [end:delete]
