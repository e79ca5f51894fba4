import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const [host, port] = AWS_LAMBDA_RUNTIME_API.split(":");

// --8<-- [start:call]
// Not fetch, which gives up after five minutes: the next event may be longer in coming.
async function call(method, path, body) {
  const call = request({ host, port, method, path: `/2018-06-01/runtime/${path}` }).end(body);
  const [response] = await once(call, "response");
  return { headers: response.headers, body: await text(response) };
}
// --8<-- [end:call]

const post = (path, result) => call("POST", path, JSON.stringify(result ?? null));
const told = ({ name, message, stack }) => ({
  errorType: name,
  errorMessage: message,
  trace: stack.split("\n"),
});

// --8<-- [start:init]
const [file, name] = _HANDLER.split(".");
const module = await import(`${LAMBDA_TASK_ROOT}/${file}.mjs`).catch(async (error) => {
  await post("init/error", told(error));
  process.exit(1);
});
// --8<-- [end:init]

// --8<-- [start:loop]
while (true) {
  const { headers, body } = await call("GET", "invocation/next");
  const id = headers["lambda-runtime-aws-request-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  try {
    await post(`invocation/${id}/response`, await module[name](JSON.parse(body), context));
  } catch (error) {
    await post(`invocation/${id}/error`, told(error));
  }
}
// --8<-- [end:loop]
