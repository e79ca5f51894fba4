#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:build-node]
npm install --prefix node --os=linux --cpu=x64 --libc=glibc
# --8<-- [end:build-node]

# --8<-- [start:build-python]
pip install --requirement python/requirements.txt --target python \
  --platform manylinux_2_28_x86_64 --python-version 3.14 --only-binary=:all:
# --8<-- [end:build-python]

# --8<-- [start:deploy-upload]
sam deploy --guided --stack-name upload --template-file upload.yaml
# --8<-- [end:deploy-upload]

# --8<-- [start:deploy-s3-event]
sam deploy --guided --stack-name resize --template-file s3-event.yaml
# --8<-- [end:deploy-s3-event]

# --8<-- [start:call-upload]
url=$(aws cloudformation describe-stacks --stack-name upload --output text \
  --query "Stacks[0].Outputs[?OutputKey=='Url'].OutputValue")
( # a subshell: the credentials are gone when it ends
  eval "$(aws configure export-credentials --format env)"
  curl "$url" --data-binary @photo.jpg --header "content-type: image/jpeg" \
    --aws-sigv4 aws:amz:us-east-1:lambda --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    --header "x-amz-security-token: ${AWS_SESSION_TOKEN:-}"
)
# --8<-- [end:call-upload]

# --8<-- [start:call-s3-event]
bucket=$(aws cloudformation describe-stacks --stack-name resize --output text \
  --query "Stacks[0].Outputs[?OutputKey=='Bucket'].OutputValue")
aws s3 cp photo.jpg "s3://$bucket/uploads/photo.jpg"
aws s3 cp "s3://$bucket/resized/photo.jpg" small.jpg
# --8<-- [end:call-s3-event]

# --8<-- [start:delete]
for stack in upload resize; do
  bucket=$(aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='Bucket'].OutputValue")
  aws s3 rm "s3://$bucket" --recursive
  sam delete --no-prompts --stack-name "$stack"
done
# --8<-- [end:delete]
