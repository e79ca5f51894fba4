import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";

const TableName = process.env.TABLE;
const table = DynamoDBDocumentClient.from(new DynamoDBClient());

// --8<-- [start:batch]
export const handler = async (event) => {
  const batchItemFailures = [];
  for (const { messageId, body } of event.Records) {
    try {
      await accept(JSON.parse(body));
    } catch (error) {
      console.error({ message: "left in the queue", messageId, error: error.message });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};
// --8<-- [end:batch]

// --8<-- [start:once]
async function accept({ orderId, product }) {
  if (!orderId) {
    throw new Error("the order has no orderId");
  }
  try {
    await table.send(
      new PutCommand({
        TableName,
        Item: { orderId, product },
        ConditionExpression: "attribute_not_exists(orderId)",
      }),
    );
  } catch (error) {
    if (error.name !== "ConditionalCheckFailedException") {
      throw error;
    }
    console.info({ message: "accepted before", orderId });
  }
}
// --8<-- [end:once]
