import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { resize } from "./resize.mjs";

const s3 = new S3Client();

// --8<-- [start:handler]
export const handler = async (event) => {
  for (const record of event.Records) {
    const bucket = record.s3.bucket.name;
    const key = keyOf(record);
    if (!key.startsWith("uploads/")) {
      continue; // never its own output: that would go round for ever
    }
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const resized = await resize(await Body.transformToByteArray());
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key.replace("uploads/", "resized/"),
        Body: resized,
        ContentType: "image/jpeg",
      }),
    );
  }
};
// --8<-- [end:handler]

// --8<-- [start:key]
function keyOf(record) {
  return decodeURIComponent(record.s3.object.key.replaceAll("+", " "));
}
// --8<-- [end:key]
