// @ts-check
/** What Lambda accepts, by the quotas of the day that the page was built for: memory, and how large an event and a response may be. */

import { exact, grouped } from "../engine/formatting.mjs";
import { Fraction, ONE, ZERO } from "../engine/fraction.mjs";

/** @typedef {import("../engine/card.mjs").Card} Card */

const BYTES_PER_MB = 2 ** 20;
// Lambda refuses a response only beyond this: github.com/aws/aws-lambda-runtime-interface-emulator, interop/model.go, read 2026-11-25.
const RESPONSE_MARGIN = 100;
const UNKNOWN_MB = 32; // where no quota is known for the card's day, a page still needs an end

/**
 * Why Lambda does not offer this memory, for the reader; empty where it does.
 * @param {string} text what was typed
 * @param {Card} card
 */
export function whyNotOffered(text, card) {
  const quota = card.quota("lambda.memory");
  if (!quota) return "";
  const { max, min, step } = quota;
  const value = Fraction.parse(text.trim());
  const fits = value && value.compare(min ?? ONE) >= 0 && value.compare(max) <= 0;
  if (fits && value.minus(min ?? ZERO).over(step ?? ONE).isWhole) return "";
  /** @param {Fraction} amount */
  const mb = (amount) => grouped(exact(amount));
  return `Memory: ${mb(min ?? ONE)} to ${mb(max)} MB, ${!step || step.compare(ONE) === 0 ? "a whole number" : `in steps of ${mb(step)} MB`}.`;
}

/**
 * How many bytes a synchronous invocation may send, and get back.
 * @param {string} [mb] the quota of the card's day, where it is known
 */
export function payload(mb) {
  const eventBytes = (mb ? Number(mb) : UNKNOWN_MB) * BYTES_PER_MB;
  return { eventBytes, responseBytes: eventBytes + RESPONSE_MARGIN };
}
