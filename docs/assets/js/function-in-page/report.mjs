// @ts-check
/** What an invocation cost, its log included, and its REPORT line: the engine asked about one call and about a million like it. Knows no page. */

import { exact } from "../engine/formatting.mjs";
import { Fraction } from "../engine/fraction.mjs";
import { Usage, meter } from "../engine/metering.mjs";
import { rate } from "../engine/rating.mjs";
import { read } from "../engine/workload.mjs";
import { bytesOf } from "./invocation.mjs";

/**
 * @typedef {import("../engine/card.mjs").Card} Card
 * @typedef {import("../engine/rating.mjs").Bill} Bill
 * @typedef {import("./invocation.mjs").Outcome} Outcome
 * @typedef {{dimension: string, bytesPerGb: string}} Logs what the log is priced with, and how many bytes make a GB of it
 * @typedef {{memoryMb: string, architecture: string, logs: Logs | null}} Configuration
 * @typedef {{billedMs: string, lines: string[], one: Bill, million: Bill}} Report
 */

export const MILLION = "1000000";
const COUNTED = "the bytes of the function logs above, Lambda’s own lines included";

/**
 * The log of an invocation that took place, with the END and REPORT lines that Lambda adds, and what it cost without the free tier.
 * Throws WorkloadError for a memory setting that Lambda does not offer.
 * @param {Outcome & {durationMs: string}} outcome
 * @param {Configuration} configuration
 * @param {Card} card
 * @returns {Report}
 */
export function report(outcome, configuration, card) {
  /** @param {string} events */
  const metered = (events) => meter(read(workload(events, outcome, configuration)), card);
  const billedMs = billedTime(metered("1"));
  const added = addedLines(outcome, billedMs, configuration);
  const logBytes = added.reduce((sum, line) => sum + bytesOf(line), outcome.logBytes);
  /** @param {string} events */
  const bill = (events) => rate([...metered(events), ...logged(events, logBytes, configuration)], card, { freeTier: false });
  return { billedMs, lines: [...outcome.log, ...added], one: bill("1"), million: bill(MILLION) };
}

/**
 * @param {string} events
 * @param {{durationMs: string, initMs?: string}} outcome
 * @param {Configuration} configuration
 */
function workload(events, { durationMs, initMs }, { memoryMb, architecture }) {
  const cold = initMs ? { init_ms: initMs, cold_starts: "1" } : {};
  const lambda = { duration_ms: durationMs, memory_mb: memoryMb, architecture, ...cold };
  return { title: "Calls like this one", events, per_event: { lambda } };
}

/** @param {Usage[]} usages of one call */
function billedTime(usages) {
  const time = usages.flatMap((usage) => usage.factors).find((factor) => factor.unit === "ms" && !factor.divide);
  if (!time) throw new Error("the engine metered no time");
  return exact(time.value);
}

/**
 * What the logs of so many calls are metered as.
 * @param {string} events
 * @param {number} bytes
 * @param {Configuration} configuration
 */
function logged(events, bytes, { logs }) {
  if (!logs) return [];
  const factors = [
    { value: Fraction.of(events), unit: "calls", divide: false },
    { value: Fraction.of(String(bytes)), unit: "bytes", divide: false },
    { value: Fraction.of(logs.bytesPerGb), unit: "bytes a GB", divide: true },
  ];
  return [new Usage(logs.dimension, factors, COUNTED)];
}

/**
 * The lines that Lambda adds at the end. `Max Memory Used` is not among them: a page cannot measure that.
 * @param {Outcome} outcome
 * @param {string} billedMs
 * @param {Configuration} configuration
 */
function addedLines({ requestId, durationMs, initMs, status, error }, billedMs, { memoryMb }) {
  const report = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memoryMb} MB`,
    initMs && `Init Duration: ${initMs} ms`,
    status && `Status: ${status}`,
    status === "error" && `Error Type: ${error?.errorType}`,
  ];
  return [`END RequestId: ${requestId}`, report.filter(Boolean).join("\t")];
}
