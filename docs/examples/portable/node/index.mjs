import { greet } from "./core.mjs";

export const handler = async (event) => {
  const { status, body } = greet(event.queryStringParameters ?? {});
  return {
    statusCode: status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
};
