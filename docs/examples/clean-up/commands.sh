#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:stacks]
aws cloudformation describe-stacks --query 'Stacks[].[StackName, StackStatus]' --output text
# --8<-- [end:stacks]

# --8<-- [start:stack]
sam delete --stack-name hello
# --8<-- [end:stack]

# --8<-- [start:console]
aws lambda delete-function --function-name hello
aws logs delete-log-group --log-group-name /aws/lambda/hello
# --8<-- [end:console]

# --8<-- [start:role]
roles=$(aws iam list-roles --path-prefix /service-role/ --output text \
  --query 'Roles[?starts_with(RoleName, `hello-role-`)].RoleName')
for role in $roles; do
  policies=$(aws iam list-attached-role-policies --role-name "$role" --output text \
    --query 'AttachedPolicies[].PolicyArn')
  for policy in $policies; do
    aws iam detach-role-policy --role-name "$role" --policy-arn "$policy"
    aws iam delete-policy --policy-arn "$policy"
  done
  aws iam delete-role --role-name "$role"
done
# --8<-- [end:role]

# --8<-- [start:logs]
aws logs describe-log-groups --log-group-name-prefix /aws/lambda/ --output text \
  --query 'logGroups[?retentionInDays==`null`].[logGroupName, storedBytes]'
aws logs put-retention-policy --log-group-name /aws/lambda/old --retention-in-days 14
# --8<-- [end:logs]

# --8<-- [start:bucket]
bucket=my-bucket
aws s3 rm "s3://$bucket" --recursive
aws s3 rb "s3://$bucket"
# --8<-- [end:bucket]

# --8<-- [start:versioned-bucket]
bucket=my-versioned-bucket
for kind in Versions DeleteMarkers; do
  objects=$(aws s3api list-object-versions --bucket "$bucket" --output json \
    --query "{Objects: $kind[].{Key: Key, VersionId: VersionId}}")
  if [[ $objects == *VersionId* ]]; then
    aws s3api delete-objects --bucket "$bucket" --delete "$objects"
  fi
done
aws s3 rb "s3://$bucket"
# --8<-- [end:versioned-bucket]

# --8<-- [start:sam-bucket]
aws cloudformation describe-stacks --stack-name aws-sam-cli-managed-default --output text \
  --query "Stacks[0].Outputs[?OutputKey=='SourceBucket'].OutputValue"
# --8<-- [end:sam-bucket]

# --8<-- [start:sam-stack]
aws cloudformation delete-stack --stack-name aws-sam-cli-managed-default
# --8<-- [end:sam-stack]

# --8<-- [start:tagged]
aws resourcegroupstaggingapi get-resources --tag-filters Key=project,Values=learn-lambda \
  --query 'ResourceTagMappingList[].ResourceARN' --output text
# --8<-- [end:tagged]
