#!/usr/bin/env bash
set -euo pipefail

# --8<-- [start:create]
email=you@example.com
account=$(aws sts get-caller-identity --query Account --output text)
above=ComparisonOperator=GREATER_THAN,Threshold
you="Subscribers=[{SubscriptionType=EMAIL,Address=$email}]"
aws budgets create-budget --account-id "$account" \
  --budget "BudgetName=month,BudgetType=COST,TimeUnit=MONTHLY,\
BudgetLimit={Amount=5,Unit=USD},\
CostTypes={IncludeCredit=false,IncludeRefund=false}" \
  --notifications-with-subscribers \
  "Notification={NotificationType=ACTUAL,$above=50},$you" \
  "Notification={NotificationType=FORECASTED,$above=100},$you"
# --8<-- [end:create]

# --8<-- [start:look]
aws budgets describe-budgets --account-id "$account" \
  --query 'Budgets[].[BudgetName, CostTypes.IncludeCredit]' --output text
# --8<-- [end:look]

# --8<-- [start:delete]
account=$(aws sts get-caller-identity --query Account --output text)
aws budgets delete-budget --account-id "$account" --budget-name month
# --8<-- [end:delete]
