export const handler = async (event) => {
  let input;
  try {
    input =
      event.requestContext.http.method === "POST"
        ? JSON.parse(bodyOf(event))
        : event.queryStringParameters;
  } catch {
    return answer(400, { error: "the body is not JSON" });
  }
  if (typeof input?.name !== "string" || input.name === "") {
    return answer(400, { error: "name is missing" });
  }
  return answer(200, { message: `Hello, ${input.name}!` });
};

// --8<-- [start:body]
function bodyOf(event) {
  const body = event.body ?? "";
  return event.isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
}
// --8<-- [end:body]

// --8<-- [start:answer]
function answer(statusCode, body) {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
// --8<-- [end:answer]
