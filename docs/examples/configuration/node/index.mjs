import { createHmac } from "node:crypto";
import { secret } from "./secret.mjs";

// --8<-- [start:environment]
const { SECRET_NAME, ISSUER = "example" } = process.env;
if (!SECRET_NAME) {
  throw new Error("the environment variable SECRET_NAME is not set");
}
// --8<-- [end:environment]

// --8<-- [start:handler]
export const handler = async (event) => {
  const text = `${ISSUER}:${event.text}`;
  const signature = createHmac("sha256", await secret(SECRET_NAME))
    .update(text)
    .digest("hex");
  return { text, signature };
};
// --8<-- [end:handler]
