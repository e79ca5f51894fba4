// @ts-check
/**
 * Metering: what a workload uses in a month, dimension by dimension. Twin of macros/metering.py for what workload.mjs reads.
 * Each usage keeps the factors it is the product of, because a receipt prints them. The billing rules come from the rate card.
 */

import { exact, grouped } from "./formatting.mjs";
import { Fraction, ONE, ZERO } from "./fraction.mjs";
import { WorkloadError } from "./workload.mjs";

/**
 * @typedef {import("./card.mjs").Card} Card
 * @typedef {import("./workload.mjs").Workload} Workload
 * @typedef {{value: Fraction, unit: string, divide: boolean}} Factor a number in a product; `divide` puts it under the line
 */

const MS_PER_SECOND = new Fraction(1000n);
const BYTES_PER_KB = new Fraction(1000n);

/** A quantity of one dimension: the product of its factors. `note` says what a reader would otherwise wonder about. */
export class Usage {
  /**
   * @param {string} dimension
   * @param {Factor[]} factors
   */
  constructor(dimension, factors, note = "") {
    this.dimension = dimension;
    this.factors = factors;
    this.note = note;
    this.quantity = factors.reduce((product, { value, divide }) => (divide ? product.over(value) : product.times(value)), ONE);
  }
}

/**
 * The month's usages, in the order in which the workload names its parts.
 * Throws WorkloadError where a part is beyond a quota of the card's day, NoRate where a rule has no value then.
 * @param {Workload} workload
 * @param {Card} card
 */
export function meter(workload, card) {
  /** @type {Usage[]} */
  const usages = [];
  for (const part of workload.per_event) {
    const calls = workload.events.times(part.calls);
    if (part.kind === "lambda") usages.push(...lambda(part, calls, card));
    if (part.kind === "s3") usages.push(...s3(part, calls, card));
    if (part.kind === "transfer" && !part.out_kb.isZero) usages.push(new Usage("transfer.out", kilobytes(calls, part.out_kb, "transfer.bytes_per_gb", card)));
  }
  for (const part of workload.standing) usages.push(standing(part));
  return usages;
}

/** @param {Fraction} value @param {string} unit @returns {Factor} */
const times = (value, unit) => ({ value, unit, divide: false });

/** @param {Fraction} value @param {string} unit @returns {Factor} */
const over = (value, unit) => ({ value, unit, divide: true });

/**
 * @param {import("./workload.mjs").LambdaCalls} part
 * @param {Fraction} calls
 * @param {Card} card
 */
function* lambda(part, calls, card) {
  checkQuota(card, "lambda.memory", "memory_mb", part.memory_mb, "MB");
  // A setting bounds the duration; what AWS billed may be longer, with INIT.
  if (part.duration_ms) checkQuota(card, "lambda.timeout", "duration_ms", part.duration_ms, "ms", MS_PER_SECOND);
  yield new Usage("lambda.requests", [times(calls, "requests")]);
  const memory = [times(part.memory_mb, "MB"), over(card.rule("lambda.mb_per_gb"), "MB a GB")];
  for (const time of billedTime(part, calls, card)) {
    yield new Usage(`lambda.duration.${part.architecture}`, [...time.factors, ...memory], time.note);
  }
}

/**
 * Calls times billed seconds: what AWS billed as it is, or warm invocations and, where it is billed, cold ones by themselves. A
 * duration is rounded up call by call; on a cold start Duration and Init Duration (or Billed Restore Duration) are added first,
 * then rounded up once.
 * @param {import("./workload.mjs").LambdaCalls} part
 * @param {Fraction} calls
 * @param {Card} card
 */
function* billedTime(part, calls, card) {
  if (part.billed_ms) {
    yield { factors: seconds(calls, part.billed_ms), note: "as AWS billed it, not rounded again" };
    return;
  }
  const [increment, duration] = [card.rule("lambda.billing_increment"), part.duration_ms ?? ZERO];
  const cold = coldStart(part, card);
  const kinds = [
    { share: ONE.minus(cold.share), taken: duration, note: "" },
    { share: cold.share, taken: duration.plus(cold.taken), note: `cold starts: ${cold.kind} time is billed too` },
  ];
  for (const { share, taken, note } of kinds) {
    if (share.isZero) continue;
    const billedMs = taken.over(increment).ceiling().times(increment);
    const rounded = billedMs.compare(taken) === 0 ? "" : `${exact(taken)} ms, rounded up to whole ${stepName(increment)}`;
    yield { factors: seconds(calls.times(share), billedMs), note: [note, rounded].filter(Boolean).join("; ") };
  }
}

/** @param {Fraction} calls @param {Fraction} milliseconds */
const seconds = (calls, milliseconds) => [times(calls, "calls"), times(milliseconds, "ms"), over(MS_PER_SECOND, "ms a second")];

/**
 * The share of invocations with a cold start that is billed, what it adds to the duration, and what it is called.
 * @param {import("./workload.mjs").LambdaCalls} part
 * @param {Card} card
 */
function coldStart(part, card) {
  const taken = part.restore_ms ?? part.init_ms ?? ZERO;
  const billed = coldStartRules(part).map((name) => card.holds(name));
  const share = !taken.isZero && billed.some(Boolean) ? (part.cold_starts ?? ZERO) : ZERO;
  return { share, taken, kind: part.restore_ms ? "restore" : "INIT" };
}

/**
 * The rules of which one must be a yes. Before August 2025 INIT was billed to all but .zip packages with a managed runtime. They are
 * asked whether the part has cold starts or not: before a kind of function existed, its rule has no value.
 * @param {import("./workload.mjs").LambdaCalls} part
 */
function coldStartRules(part) {
  if (part.restore_ms) return ["lambda.restore_billed"];
  const kinds = { image: part.package === "image", custom_runtime: part.runtime === "custom" };
  const names = Object.entries(kinds).flatMap(([kind, given]) => (given ? [`lambda.init_billed.${kind}`] : []));
  return names.length ? names : ["lambda.init_billed"];
}

/** @param {Fraction} increment */
const stepName = (increment) => (increment.compare(ONE) === 0 ? "milliseconds" : `${exact(increment)} ms`);

/**
 * @param {Card} card
 * @param {string} name
 * @param {string} key
 * @param {Fraction} value
 * @param {string} unit
 * @param {Fraction} perUnit how many of the workload's units are in one of the quota's (1,000 ms in a second)
 */
function checkQuota(card, name, key, value, unit, perUnit = ONE) {
  const quota = card.quota(name);
  if (!quota) return;
  const [max, min, step] = [quota.max.times(perUnit), quota.min?.times(perUnit), quota.step?.times(perUnit)];
  /** @param {Fraction} amount */
  const shown = (amount) => `${grouped(exact(amount))} ${unit}`;
  if (value.compare(max) > 0) throw new WorkloadError(`${key}: ${shown(value)} is above Lambda's limit of ${shown(max)} on ${card.on}`);
  if (min && value.compare(min) < 0) throw new WorkloadError(`${key}: ${shown(value)} is below Lambda's minimum of ${shown(min)} on ${card.on}`);
  if (step && !value.minus(min ?? ZERO).over(step).isWhole) {
    throw new WorkloadError(`${key}: ${shown(value)} is not a step of ${exact(/** @type {Fraction} */ (quota.step))} ${unit} that Lambda offered on ${card.on}`);
  }
}

/**
 * @param {import("./workload.mjs").S3Use} part
 * @param {Fraction} calls
 * @param {Card} card
 */
function* s3(part, calls, card) {
  for (const kind of /** @type {const} */ (["put", "get", "delete"])) {
    const requests = part[`${kind}_requests`];
    if (!requests.isZero) yield new Usage(`s3.${kind}_requests`, [times(calls, "events"), times(requests, "requests each")]);
  }
  if (!part.stored_kb.isZero) yield new Usage("s3.stored", kilobytes(calls, part.stored_kb, "s3.bytes_per_gb", card), "stored for the whole month");
}

/**
 * @param {Fraction} calls
 * @param {Fraction} amount
 * @param {string} rule
 * @param {Card} card
 */
const kilobytes = (calls, amount, rule, card) => [
  times(calls, "events"),
  times(amount.times(BYTES_PER_KB), "bytes each"),
  over(card.rule(rule), "bytes a GB"),
];

/** @param {import("./workload.mjs").S3Stored | import("./workload.mjs").TransferredOut} part */
function standing(part) {
  if (part.kind === "transferred") return new Usage("transfer.out", [times(part.out_gb, "GB")]);
  const days = part.stored_days && part.month_days ? [times(part.stored_days, "days"), over(part.month_days, "days a month")] : [];
  return new Usage("s3.stored", [times(part.stored_gb, "GB"), ...days]);
}
