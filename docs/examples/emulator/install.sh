#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:install]
mkdir -p ~/.aws-lambda-rie
curl --location --output ~/.aws-lambda-rie/aws-lambda-rie \
  https://github.com/aws/aws-lambda-runtime-interface-emulator/releases/latest/download/aws-lambda-rie
chmod +x ~/.aws-lambda-rie/aws-lambda-rie
export PATH="$HOME/.aws-lambda-rie:$PATH"
# --8<-- [end:install]
