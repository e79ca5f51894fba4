import { setTimeout as sleep } from "node:timers/promises";

export const handler = async (event) => {
  await sleep(event.seconds * 1000);
  return { slept: event.seconds };
};
