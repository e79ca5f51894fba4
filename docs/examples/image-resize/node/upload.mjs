import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { resize } from "./resize.mjs";

const { BUCKET } = process.env;
const s3 = new S3Client();

// --8<-- [start:handler]
export const handler = async (event) => {
  if (event.headers["content-type"] !== "image/jpeg") {
    return answer(415, { error: "send a JPEG picture as image/jpeg" });
  }
  const original = Buffer.from(event.body ?? "", "base64");
  let resized;
  try {
    resized = await resize(original);
  } catch (error) {
    console.warn(`refused: ${error.message}`);
    return answer(400, { error: "this is not a JPEG picture" });
  }
  const name = `${event.requestContext.requestId}.jpg`;
  await Promise.all([put(`uploads/${name}`, original), put(`resized/${name}`, resized)]);
  return answer(201, { original: `uploads/${name}`, resized: `resized/${name}` });
};
// --8<-- [end:handler]

function put(key, body) {
  return s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ContentType: "image/jpeg" }),
  );
}

function answer(statusCode, body) {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
