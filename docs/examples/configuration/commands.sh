#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:secret]
openssl rand -hex 32 > key.txt
aws ssm put-parameter --name /sign/key --type SecureString --value file://key.txt
rm key.txt
# --8<-- [end:secret]

# --8<-- [start:read]
aws ssm get-parameter --name /sign/key --with-decryption --query Parameter.Value --output text
# --8<-- [end:read]

# --8<-- [start:change]
openssl rand -hex 32 > key.txt
aws ssm put-parameter --name /sign/key --type SecureString --value file://key.txt --overwrite
rm key.txt
# --8<-- [end:change]

# --8<-- [start:delete]
aws ssm delete-parameter --name /sign/key
# --8<-- [end:delete]
