#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:linux]
curl -L https://awscli.amazonaws.com/awscli-exe-linux-x86_64.zip -o aws-cli.zip
unzip -q aws-cli.zip && sudo ./aws/install
curl -L https://github.com/aws/aws-sam-cli/releases/latest/download/aws-sam-cli-linux-x86_64.zip -o sam-cli.zip
unzip -q sam-cli.zip -d sam-cli && sudo ./sam-cli/install
# --8<-- [end:linux]

# --8<-- [start:macos]
curl -L https://awscli.amazonaws.com/AWSCLIV2.pkg -o aws-cli.pkg
sudo installer -pkg aws-cli.pkg -target /
curl -L https://github.com/aws/aws-sam-cli/releases/latest/download/aws-sam-cli-macos-arm64.pkg -o sam-cli.pkg
sudo installer -pkg sam-cli.pkg -target /
# --8<-- [end:macos]

# --8<-- [start:versions]
aws --version
sam --version
# --8<-- [end:versions]

# --8<-- [start:login]
aws login
aws sts get-caller-identity
# --8<-- [end:login]

# --8<-- [start:folder]
mkdir -p hello/node hello/python
cd hello
# --8<-- [end:folder]

# --8<-- [start:deploy]
sam validate --lint
sam deploy --guided --stack-name hello
# --8<-- [end:deploy]

# --8<-- [start:invoke]
sam remote invoke HelloNode --stack-name hello --event-file event.json
sam remote invoke HelloPython --stack-name hello --event-file event.json
# --8<-- [end:invoke]

# --8<-- [start:logs]
sam logs --stack-name hello --name HelloNode --start-time "10min ago"
# --8<-- [end:logs]

# --8<-- [start:update]
sam deploy --stack-name hello
# --8<-- [end:update]

# --8<-- [start:delete]
sam delete --stack-name hello
# --8<-- [end:delete]
