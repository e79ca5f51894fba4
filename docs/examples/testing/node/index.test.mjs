import assert from "node:assert/strict";
import { test } from "node:test";
import { handler } from "./index.mjs";

test("it greets whom the event names", async () => {
  assert.deepEqual(await handler({ name: "Ada" }), { message: "Hello, Ada!" });
});

test("it greets the world when nobody is named", async () => {
  assert.deepEqual(await handler({}), { message: "Hello, world!" });
});
