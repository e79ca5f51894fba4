#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:deploy]
sam validate --lint
sam deploy --guided --stack-name queue
# --8<-- [end:deploy]

# --8<-- [start:names]
name_of() {
  aws cloudformation describe-stacks --stack-name queue --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}
queue=$(name_of Queue)
dead_letters=$(name_of DeadLetters)
table=$(name_of Table)
# --8<-- [end:names]

# --8<-- [start:send]
aws sqs send-message --queue-url "$queue" --message-body '{"orderId": "o-1", "product": "apples"}'
aws sqs send-message --queue-url "$queue" --message-body '{"orderId": "o-2", "product": "pears"}'
# --8<-- [end:send]

# --8<-- [start:orders]
aws dynamodb scan --table-name "$table" --query 'Items[].[orderId.S, product.S]' --output text | sort
# --8<-- [end:orders]

# --8<-- [start:again]
aws sqs send-message --queue-url "$queue" --message-body '{"orderId": "o-1", "product": "apples"}'
# --8<-- [end:again]

# --8<-- [start:bad]
aws sqs send-message-batch --queue-url "$queue" --entries '[
  {"Id": "bad", "MessageBody": "not json"},
  {"Id": "good", "MessageBody": "{\"orderId\": \"o-3\", \"product\": \"bread\"}"}
]'
# --8<-- [end:bad]

# --8<-- [start:dead]
aws sqs receive-message --queue-url "$dead_letters" --wait-time-seconds 20 --output text \
  --query 'Messages[].Body'
# --8<-- [end:dead]

# --8<-- [start:logs]
sam logs --stack-name queue --name Accept --start-time "10min ago"
# --8<-- [end:logs]

# --8<-- [start:delete]
sam delete --no-prompts --stack-name queue
# --8<-- [end:delete]
