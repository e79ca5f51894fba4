import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";

const longestName = 100; // characters
const longestAnswer = 100; // products
const largestAmount = 1000;

const TableName = process.env.TABLE;
const table = DynamoDBDocumentClient.from(new DynamoDBClient());

// --8<-- [start:routes]
const routes = {
  "GET /lists/{listId}": getList,
  "GET /lists/{listId}/{product}": getProduct,
  "PUT /lists/{listId}/{product}": putProduct,
};

export const handler = (event) => {
  const key = event.pathParameters;
  if (Object.values(key).some((name) => [...name].length > longestName)) {
    return answer(400, { error: `a name has at most ${longestName} characters` });
  }
  return routes[event.routeKey](key, event.body);
};
// --8<-- [end:routes]

// --8<-- [start:list]
async function getList({ listId }) {
  const { Items } = await table.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "listId = :listId",
      ExpressionAttributeValues: { ":listId": listId },
      Limit: longestAnswer,
    }),
  );
  return answer(200, Items);
}
// --8<-- [end:list]

// --8<-- [start:get]
async function getProduct(key) {
  const { Item } = await table.send(new GetCommand({ TableName, Key: key }));
  return Item ? answer(200, Item) : answer(404, { error: `${key.product} is not on the list` });
}
// --8<-- [end:get]

// --8<-- [start:put]
async function putProduct(key, body) {
  const Item = { ...key, amount: amountIn(body) };
  if (Item.amount === undefined) {
    return answer(400, { error: `send the amount, from 1 to ${largestAmount}` });
  }
  try {
    await table.send(
      new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(product)" }),
    );
  } catch (error) {
    if (error.name === "ConditionalCheckFailedException") {
      return answer(409, { error: `${key.product} is on the list already` });
    }
    throw error;
  }
  return answer(201, Item);
}
// --8<-- [end:put]

function amountIn(body) {
  try {
    const { amount } = JSON.parse(body);
    return Number.isInteger(amount) && amount >= 1 && amount <= largestAmount ? amount : undefined;
  } catch {
    return undefined;
  }
}

function answer(statusCode, body) {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
