import { createServer } from "node:http";
import { greet } from "./core.mjs";

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url, "http://localhost");
  const { status, body } = greet(Object.fromEntries(searchParams));
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});

server.listen(process.env.PORT ?? 8000, "127.0.0.1", () => {
  console.log(`listening on port ${server.address().port}`);
});
