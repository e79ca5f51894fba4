import { setTimeout as sleep } from "node:timers/promises";

const reserveMs = 500; // enough to return what is left

export const handler = async (event, context) => {
  const left = [...event.items];
  const done = [];
  while (left.length > 0 && context.getRemainingTimeInMillis() > reserveMs) {
    done.push(await work(left.shift()));
  }
  return { done, left };
};

async function work(item) {
  await sleep(100);
  return item;
}
