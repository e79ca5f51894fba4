// @ts-check
/**
 * A workload as the pages, the tests and the command line write it, read for the browser: twin of macros/workload.py for what the
 * browser computes, which is Lambda's requests and duration, S3 and data transfer. Any other key is refused, never left out.
 */

import { Fraction, ONE, ZERO } from "./fraction.mjs";

/** A workload is not sound. The message is one line: where, what, and what to write instead. */
export class WorkloadError extends Error {
  name = "WorkloadError";
}

/**
 * @typedef {{kind: "lambda", duration_ms: Fraction, memory_mb: Fraction, architecture: string, calls: Fraction, init_ms: Fraction, cold_starts: Fraction}} LambdaCalls
 * @typedef {{kind: "s3", put_requests: Fraction, get_requests: Fraction, delete_requests: Fraction, stored_kb: Fraction, calls: Fraction}} S3Use
 * @typedef {{kind: "transfer", out_kb: Fraction, calls: Fraction}} TransferOut
 * @typedef {{kind: "s3 stored", stored_gb: Fraction, stored_days: Fraction | null, month_days: Fraction | null}} S3Stored
 * @typedef {{kind: "transferred", out_gb: Fraction}} TransferredOut
 * @typedef {{title: string, events: Fraction, per_event: (LambdaCalls | S3Use | TransferOut)[], standing: (S3Stored | TransferredOut)[]}} Workload
 */

const ARCHITECTURES = ["x86_64", "arm64"];

/**
 * @param {unknown} content the content of a workload file
 * @returns {Workload}
 */
export function read(content) {
  const top = new Fields(content, "");
  const workload = {
    title: top.text("title"),
    events: top.number("events"),
    per_event: top.parts("per_event", { lambda, s3, transfer }),
    standing: top.parts("standing", { s3: s3Stored, transfer: transferredOut }),
  };
  top.finish();
  return workload;
}

/** @param {Fields} fields @returns {LambdaCalls} */
function lambda(fields) {
  fields.together("init_ms", "cold_starts");
  /** @type {LambdaCalls} */
  const part = {
    kind: "lambda",
    duration_ms: fields.number("duration_ms"),
    memory_mb: fields.number("memory_mb", { above: true }),
    architecture: fields.choice("architecture", ARCHITECTURES),
    calls: fields.number("calls", { otherwise: ONE }),
    init_ms: fields.number("init_ms", { otherwise: ZERO }),
    cold_starts: fields.number("cold_starts", { otherwise: ZERO }),
  };
  if (part.cold_starts.compare(ONE) > 0) fields.wrong(`\`cold_starts\` is a share of the calls, from 0 to 1, not ${fields.content.cold_starts}`);
  return part;
}

/** @param {Fields} fields @returns {S3Use} */
const s3 = (fields) => ({
  kind: "s3",
  put_requests: fields.number("put_requests", { otherwise: ZERO }),
  get_requests: fields.number("get_requests", { otherwise: ZERO }),
  delete_requests: fields.number("delete_requests", { otherwise: ZERO }),
  stored_kb: fields.number("stored_kb", { otherwise: ZERO }),
  calls: fields.number("calls", { otherwise: ONE }),
});

/** @param {Fields} fields @returns {TransferOut} */
const transfer = (fields) => ({
  kind: "transfer",
  out_kb: fields.number("out_kb", { otherwise: ZERO }),
  calls: fields.number("calls", { otherwise: ONE }),
});

/** @param {Fields} fields @returns {S3Stored} */
function s3Stored(fields) {
  fields.together("stored_days", "month_days");
  /** @type {S3Stored} */
  const part = { kind: "s3 stored", stored_gb: fields.number("stored_gb"), stored_days: null, month_days: null };
  if (!fields.has("stored_days")) return part;
  const [days, month] = [fields.number("stored_days"), fields.number("month_days")];
  if (days.compare(month) > 0) fields.wrong(`\`stored_days\` ${fields.content.stored_days} is more than \`month_days\` ${fields.content.month_days}`);
  if (month.compare(new Fraction(28n)) < 0 || month.compare(new Fraction(31n)) > 0) fields.wrong(`\`month_days\` is 28 to 31, not ${fields.content.month_days}`);
  return { ...part, stored_days: days, month_days: month };
}

/** @param {Fields} fields @returns {TransferredOut} */
const transferredOut = (fields) => ({ kind: "transferred", out_gb: fields.number("out_gb") });

/** Reads the fields of one mapping, and stops at the first that is wrong. */
class Fields {
  /** @type {Set<string>} */ #asked = new Set();

  /**
   * @param {unknown} content
   * @param {string} where
   */
  constructor(content, where) {
    this.where = where;
    if (typeof content !== "object" || content === null || Array.isArray(content)) {
      this.wrong(`must hold \`key: value\` lines, not ${shown(content)}`);
    }
    this.content = /** @type {Record<string, unknown>} */ (content);
  }

  /**
   * @param {string} message
   * @returns {never}
   */
  wrong(message) {
    throw new WorkloadError(`workload: ${this.where ? `${this.where}: ` : ""}${message}`);
  }

  /** @param {string} key */
  has(key) {
    this.#asked.add(key);
    return Object.hasOwn(this.content, key);
  }

  /** @param {string} key */
  text(key) {
    if (!this.has(key)) this.wrong(`\`${key}\` is missing`);
    const text = this.content[key];
    if (typeof text !== "string" || !text.trim()) this.wrong(`\`${key}\` is empty: write what it is in words`);
    return /** @type {string} */ (text);
  }

  /**
   * A plain decimal: text, a BigInt or a whole number. With `above` more than zero; `otherwise` is what it is when it is left out.
   * @param {string} key
   * @param {{above?: boolean, otherwise?: Fraction}} [options]
   * @returns {Fraction}
   */
  number(key, { above = false, otherwise } = {}) {
    if (!this.has(key)) return otherwise ?? this.wrong(`\`${key}\` is missing`);
    const value = Fraction.parse(this.content[key]);
    if (value === null) return this.wrong(`\`${key}\` must be a plain positive decimal such as 120 or 0.25, not ${shown(this.content[key])}`);
    if (above && value.isZero) this.wrong(`\`${key}\` must be more than 0, not ${this.content[key]}`);
    return value;
  }

  /**
   * One of the known words; the first of them when it is left out.
   * @param {string} key
   * @param {string[]} known
   */
  choice(key, known) {
    const value = this.has(key) ? this.content[key] : known[0];
    if (!known.includes(/** @type {string} */ (value))) this.wrong(`unknown ${key} ${shown(value)}: write one of ${known.join(", ")}`);
    return /** @type {string} */ (value);
  }

  /** @param {string} first @param {string} second */
  together(first, second) {
    for (const [one, other] of [[first, second], [second, first]]) {
      if (this.has(one) && !this.has(other)) this.wrong(`\`${one}\` needs \`${other}\` beside it`);
    }
  }

  /**
   * Every part of a section; a part is a mapping or a list of mappings.
   * @template {Record<string, (fields: Fields) => any>} Readers
   * @param {string} section
   * @param {Readers} readers
   */
  parts(section, readers) {
    /** @type {ReturnType<Readers[keyof Readers]>[]} */
    const found = [];
    if (!this.has(section) || this.content[section] === null) return found;
    const holder = new Fields(this.content[section], section);
    for (const [key, reader] of Object.entries(readers)) {
      if (!holder.has(key)) continue;
      for (const item of [holder.content[key]].flat()) {
        const fields = new Fields(item, `${section}.${key}`);
        found.push(reader(fields));
        fields.finish();
      }
    }
    holder.finish();
    return found;
  }

  finish() {
    const unknown = Object.keys(this.content).find((key) => !this.#asked.has(key));
    if (unknown !== undefined) this.wrong(`unknown key '${unknown}': known here are ${[...this.#asked].sort().join(", ")}`);
  }
}

/** @param {unknown} value */
function shown(value) {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a mapping";
  return `'${value}'`;
}
