// @ts-check
/** What an invocation cost, and its REPORT line: the engine asked about one call and about a million like it. Knows no page. */

import { exact } from "../engine/formatting.mjs";
import { meter } from "../engine/metering.mjs";
import { rate } from "../engine/rating.mjs";
import { read } from "../engine/workload.mjs";

/**
 * @typedef {import("../engine/card.mjs").Card} Card
 * @typedef {import("../engine/rating.mjs").Bill} Bill
 * @typedef {import("./invocation.mjs").Outcome} Outcome
 * @typedef {{memoryMb: string, architecture: string}} Configuration
 * @typedef {{billedMs: string, one: Bill, million: Bill}} Costs
 */

export const MILLION = "1000000";

/**
 * The costs without the free tier. Throws WorkloadError for a memory setting that Lambda does not offer.
 * @param {{durationMs: string, initMs?: string}} call
 * @param {Configuration} configuration
 * @param {Card} card
 * @returns {Costs}
 */
export function costs({ durationMs, initMs }, { memoryMb, architecture }, card) {
  const cold = initMs ? { init_ms: initMs, cold_starts: "1" } : {};
  const lambda = { duration_ms: durationMs, memory_mb: memoryMb, architecture, ...cold };
  /** @param {string} events */
  const usages = (events) => meter(read({ title: "Calls like this one", events, per_event: { lambda } }), card);
  const time = usages("1").flatMap((usage) => usage.factors).find((factor) => factor.unit === "ms" && !factor.divide);
  if (!time) throw new Error("the engine metered no time");
  const bill = (/** @type {string} */ events) => rate(usages(events), card, { freeTier: false });
  return { billedMs: exact(time.value), one: bill("1"), million: bill(MILLION) };
}

/**
 * The log of an invocation that took place, with the END and REPORT lines that Lambda adds. Its `Max Memory Used` is not among
 * them: a page cannot measure that.
 * @param {Outcome} outcome
 * @param {string} billedMs
 * @param {Configuration} configuration
 */
export function logLines({ requestId, log, durationMs, initMs, status, error }, billedMs, { memoryMb }) {
  const report = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memoryMb} MB`,
    initMs && `Init Duration: ${initMs} ms`,
    status && `Status: ${status}`,
    status === "error" && `Error Type: ${error?.errorType}`,
  ];
  return [...log, `END RequestId: ${requestId}`, report.filter(Boolean).join("\t")];
}
