import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

const ssm = new SSMClient();
const maxAgeMs = 5 * 60 * 1000; // a changed secret is in use after five minutes
const cache = new Map();

export async function secret(name) {
  const kept = cache.get(name);
  if (kept && Date.now() - kept.readAt < maxAgeMs) {
    return kept.value;
  }
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: name, WithDecryption: true }),
  );
  cache.set(name, { value: Parameter.Value, readAt: Date.now() });
  return Parameter.Value;
}
