import assert from "node:assert/strict";
import { before, test } from "node:test";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";

// --8<-- [start:fixture]
Object.assign(process.env, {
  AWS_ENDPOINT_URL: "http://127.0.0.1:5000", // the simulated AWS, whatever else is configured
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "testing",
  AWS_SECRET_ACCESS_KEY: "testing",
  TABLE: "lists",
});
const { handler } = await import("./index.mjs"); // only now: it reads the environment at once

before(async () => {
  await fetch(`${process.env.AWS_ENDPOINT_URL}/moto-api/reset`, { method: "POST" });
  await new DynamoDBClient().send(
    new CreateTableCommand({
      TableName: "lists",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "listId", AttributeType: "S" },
        { AttributeName: "product", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "listId", KeyType: "HASH" },
        { AttributeName: "product", KeyType: "RANGE" },
      ],
    }),
  );
});
// --8<-- [end:fixture]

// --8<-- [start:test]
test("a product is put on a list once", async () => {
  const event = {
    routeKey: "PUT /lists/{listId}/{product}",
    pathParameters: { listId: "party", product: "apples" },
    body: JSON.stringify({ amount: 6 }),
  };
  assert.equal((await handler(event)).statusCode, 201);
  assert.equal((await handler(event)).statusCode, 409);
});
// --8<-- [end:test]
