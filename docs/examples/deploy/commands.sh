#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:repository]
repository=$(gh api 'repos/{owner}/{repo}' --jq '"\(.owner.login)@\(.owner.id)/\(.name)@\(.id)"')
echo "$repository"
# --8<-- [end:repository]

# --8<-- [start:role]
aws cloudformation deploy --stack-name deploy-hello --template-file deploy/role.yaml \
  --parameter-overrides "Repository=$repository" Stack=hello --capabilities CAPABILITY_NAMED_IAM
# --8<-- [end:role]

# --8<-- [start:variables]
name_of() {
  aws cloudformation describe-stacks --stack-name deploy-hello --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}
gh variable set DEPLOY_ROLE --body "$(name_of DeployRole)"
gh variable set BUILD_ROLE --body "$(name_of BuildRole)"
gh variable set PACKAGES --body "$(name_of Packages)"
gh variable list
# --8<-- [end:variables]

# --8<-- [start:function]
function=$(aws cloudformation describe-stack-resource --stack-name hello \
  --logical-resource-id Hello --query StackResourceDetail.PhysicalResourceId --output text)
aws lambda get-alias --function-name "$function" --name live
# --8<-- [end:function]

# --8<-- [start:delete]
sam delete --no-prompts --stack-name hello
aws s3 rm "s3://$(name_of Packages)" --recursive
aws cloudformation delete-stack --stack-name deploy-hello
# --8<-- [end:delete]
