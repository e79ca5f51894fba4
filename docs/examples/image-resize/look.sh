#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:upload]
bucket=$(aws cloudformation describe-stacks --stack-name upload --output text \
  --query "Stacks[0].Outputs[?OutputKey=='Bucket'].OutputValue")
aws s3 ls "s3://$bucket" --recursive
# --8<-- [end:upload]

# --8<-- [start:space]
aws s3 cp photo.jpg "s3://$bucket/uploads/my photo.jpg"
aws s3 ls "s3://$bucket/resized/"
# --8<-- [end:space]

# --8<-- [start:measure]
for n in {1..20}; do
  aws s3 cp photo.jpg "s3://$bucket/uploads/photo-$n.jpg"
done
# --8<-- [end:measure]

# --8<-- [start:report]
sam logs --stack-name resize --name Resize \
  --filter REPORT --start-time "5min ago"
# --8<-- [end:report]

# --8<-- [start:memory]
sam deploy --stack-name resize --template-file s3-event.yaml
# --8<-- [end:memory]
