// @ts-check
/**
 * A workload as the pages, the tests and the command line write it, read for the browser: twin of macros/workload.py for what the
 * browser computes, which is Lambda's requests and duration, S3 and data transfer. Any other key is refused, never left out.
 */

import { grouped } from "./formatting.mjs";
import { Fraction, MOST_CHARACTERS, ONE, ZERO } from "./fraction.mjs";

/** A workload is not sound. The message is one line: where, what, and what to write instead. */
export class WorkloadError extends Error {
  name = "WorkloadError";
}

/**
 * @typedef {{kind: "lambda", memory_mb: Fraction, duration_ms: Fraction | null, billed_ms: Fraction | null, architecture: string, package: string,
 *   runtime: string, calls: Fraction, init_ms: Fraction | null, restore_ms: Fraction | null, cold_starts: Fraction | null}} LambdaCalls
 * @typedef {{kind: "s3", put_requests: Fraction, get_requests: Fraction, delete_requests: Fraction, stored_kb: Fraction, calls: Fraction}} S3Use
 * @typedef {{kind: "transfer", out_kb: Fraction, calls: Fraction}} TransferOut
 * @typedef {{kind: "s3 stored", stored_gb: Fraction, stored_days: Fraction | null, month_days: Fraction | null}} S3Stored
 * @typedef {{kind: "transferred", out_gb: Fraction}} TransferredOut
 * @typedef {{title: string, events: Fraction, per_event: (LambdaCalls | S3Use | TransferOut)[], standing: (S3Stored | TransferredOut)[]}} Workload
 */

const ARCHITECTURES = ["x86_64", "arm64"];
const PACKAGES = ["zip", "image"];
const RUNTIMES = ["managed", "custom"];

/**
 * Throws WorkloadError with the first mistake; a misspelled key before the one it leaves missing.
 * @param {unknown} content the content of a workload file
 * @returns {Workload}
 */
export function read(content) {
  /** @type {string[]} */
  const problems = [];
  const top = new Fields(content, "", problems);
  const workload = {
    title: top.text("title"),
    events: top.number("events"),
    per_event: top.parts("per_event", { lambda, s3, transfer }, PER_EVENT),
    standing: top.parts("standing", { s3: s3Stored, transfer: transferredOut }, STANDING),
  };
  top.finish();
  if (!problems.length && !workload.per_event.length && !workload.standing.length) {
    top.wrong("names no part: write what each event uses under `per_event`, or what stands all month under `standing`");
  }
  if (problems.length) throw new WorkloadError(problems.find((problem) => !problem.endsWith("is missing")) ?? problems[0]);
  return workload;
}

// Every part that a workload may have, for a message; those that the browser computes are read above.
const PER_EVENT = ["lambda", "s3", "transfer", "metered"];
const STANDING = ["provisioned_concurrency", "s3", "transfer", "ec2", "heroku", "metered"];

/** @param {Fields} fields @returns {LambdaCalls} */
function lambda(fields) {
  checkTimes(fields);
  /** @type {LambdaCalls} */
  const part = {
    kind: "lambda",
    memory_mb: fields.number("memory_mb", { above: true }),
    architecture: fields.choice("architecture", ARCHITECTURES),
    package: fields.choice("package", PACKAGES),
    runtime: fields.choice("runtime", RUNTIMES),
    duration_ms: fields.optional("duration_ms"),
    billed_ms: fields.optional("billed_ms"),
    calls: fields.number("calls", { otherwise: ONE }),
    init_ms: fields.optional("init_ms"),
    restore_ms: fields.optional("restore_ms"),
    cold_starts: fields.optional("cold_starts"),
  };
  if (part.cold_starts && part.cold_starts.compare(ONE) > 0) {
    fields.wrong(`\`cold_starts\` is a share of the calls, from 0 to 1, not ${fields.content.cold_starts}`);
  }
  return part;
}

/**
 * One duration, and of a cold start either INIT or a restore with the share of invocations that have it.
 * @param {Fields} fields
 */
function checkTimes(fields) {
  if (fields.broken) return;
  const cold = ["init_ms", "restore_ms", "cold_starts"].filter((key) => fields.has(key));
  if (fields.has("billed_ms")) {
    if (fields.has("duration_ms")) fields.wrong("has both `duration_ms` and `billed_ms`: keep one");
    else if (cold.length) fields.wrong(`\`billed_ms\` has cold starts in it already: leave \`${cold[0]}\` out`);
  } else if (!fields.has("duration_ms")) fields.wrong("`duration_ms` is missing");
  if (cold.join() === "cold_starts") fields.wrong("`cold_starts` needs `init_ms` or `restore_ms` beside it");
  else if (cold.slice(0, 2).join() === "init_ms,restore_ms") {
    fields.wrong("has both `init_ms` and `restore_ms`: a cold start has one of them; describe the others in a second part");
  } else if (cold.length && cold.at(-1) !== "cold_starts") fields.wrong(`\`${cold[0]}\` needs \`cold_starts\` beside it`);
}

/** @param {Fields} fields @returns {S3Use} */
function s3(fields) {
  fields.atLeastOne("put_requests", "get_requests", "delete_requests", "stored_kb");
  return {
    kind: "s3",
    put_requests: fields.number("put_requests", { otherwise: ZERO }),
    get_requests: fields.number("get_requests", { otherwise: ZERO }),
    delete_requests: fields.number("delete_requests", { otherwise: ZERO }),
    stored_kb: fields.number("stored_kb", { otherwise: ZERO }),
    calls: fields.number("calls", { otherwise: ONE }),
  };
}

/** @param {Fields} fields @returns {TransferOut} */
function transfer(fields) {
  fields.atLeastOne("out_kb");
  return { kind: "transfer", out_kb: fields.number("out_kb", { otherwise: ZERO }), calls: fields.number("calls", { otherwise: ONE }) };
}

/** @param {Fields} fields @returns {S3Stored} */
function s3Stored(fields) {
  fields.together("stored_days", "month_days");
  /** @type {S3Stored} */
  const part = {
    kind: "s3 stored",
    stored_gb: fields.number("stored_gb"),
    stored_days: fields.optional("stored_days"),
    month_days: fields.optional("month_days"),
  };
  const { stored_days: days, month_days: month } = part;
  if (days && month && days.compare(month) > 0) {
    fields.wrong(`\`stored_days\` ${fields.content.stored_days} is more than \`month_days\` ${fields.content.month_days}`);
  }
  if (month && (month.compare(new Fraction(28n)) < 0 || month.compare(new Fraction(31n)) > 0)) {
    fields.wrong(`\`month_days\` is 28 to 31, not ${fields.content.month_days}`);
  }
  return part;
}

/** @param {Fields} fields @returns {TransferredOut} */
const transferredOut = (fields) => ({ kind: "transferred", out_gb: fields.number("out_gb") });

/**
 * Reads the fields of one mapping, and notes what is wrong with them, in the order and in the words of Fields in macros/lines.py. What
 * is wrong reads as zero or as the first of the known words; nobody sees it, because a mistake refuses the workload.
 */
class Fields {
  /** @type {Set<string>} */ #asked = new Set();

  /**
   * @param {unknown} content
   * @param {string} where
   * @param {string[]} problems
   */
  constructor(content, where, problems) {
    this.where = where;
    this.problems = problems;
    this.broken = typeof content !== "object" || content === null || Array.isArray(content);
    if (this.broken) this.wrong(`must hold \`key: value\` lines, not ${shown(content)}`);
    this.content = /** @type {Record<string, unknown>} */ (this.broken ? {} : content);
  }

  /** @param {string} message */
  wrong(message) {
    this.problems.push(`workload: ${this.where ? `${this.where}: ` : ""}${message}`);
  }

  /** @param {string} key */
  has(key) {
    this.#asked.add(key);
    return Object.hasOwn(this.content, key);
  }

  /**
   * Whether a key that must be there is there.
   * @param {string} key
   */
  #needs(key) {
    const there = this.has(key);
    if (!there && !this.broken) this.wrong(`\`${key}\` is missing`);
    return there;
  }

  /** @param {string} key */
  text(key) {
    if (!this.#needs(key)) return "";
    const text = this.content[key];
    if (text !== null && typeof text === "object") this.wrong(`\`${key}\` must be text on one line, not ${shown(text)}`);
    else if (text === null || !String(text).trim()) this.wrong(`\`${key}\` is empty: write what it is in words`);
    return String(text);
  }

  /**
   * A plain decimal: text, a BigInt or a whole number. With `above` more than zero; `otherwise` is what it is when it is left out.
   * @param {string} key
   * @param {{above?: boolean, otherwise?: Fraction}} [options]
   */
  number(key, { above = false, otherwise } = {}) {
    if (!(otherwise ? this.has(key) : this.#needs(key))) return otherwise ?? ZERO;
    const given = this.content[key];
    const value = Array.isArray(given) ? null : Fraction.parse(given);
    const characters = [...String(given)].length;
    if (typeof given === "string" && characters > MOST_CHARACTERS) {
      this.wrong(`\`${key}\` is ${grouped(String(characters))} characters long: a number has at most ${MOST_CHARACTERS}`);
    } else if (isEmpty(given)) this.wrong(`\`${key}\` is empty: write a plain positive decimal such as 120 or 0.25`);
    else if (value === null) this.wrong(`\`${key}\` must be a plain positive decimal such as 120 or 0.25, not ${shown(given)}`);
    else if (above && value.isZero) this.wrong(`\`${key}\` must be more than 0, not ${given}`);
    return value ?? ZERO;
  }

  /**
   * A number that may be left out.
   * @param {string} key
   */
  optional(key) {
    return this.has(key) ? this.number(key) : null;
  }

  /**
   * One of the known words; the first of them when it is left out.
   * @param {string} key
   * @param {string[]} known
   */
  choice(key, known) {
    const value = this.has(key) ? this.content[key] : known[0];
    if (isEmpty(value)) this.wrong(`\`${key}\` is empty: write one of ${known.join(", ")}`);
    else if (!known.includes(/** @type {string} */ (value))) this.wrong(`unknown ${key} ${shown(value)}: write one of ${known.join(", ")}`);
    return /** @type {string} */ (value);
  }

  /** @param {string} first @param {string} second */
  together(first, second) {
    for (const [one, other] of [[first, second], [second, first]]) {
      if (this.has(one) && !this.has(other)) this.wrong(`\`${one}\` needs \`${other}\` beside it`);
    }
  }

  /**
   * An empty part is a slip; a part whose quantity is 0 is a statement. `calls` alone says nothing of what is used.
   * @param {string[]} keys
   */
  atLeastOne(...keys) {
    if (!this.broken && Object.keys(this.content).every((key) => key === "calls")) this.wrong(`is empty: write at least one of ${keys.join(", ")}`);
  }

  /**
   * Every part of a section; a part is a mapping or a list of mappings.
   * @template {Record<string, (fields: Fields) => unknown>} Readers
   * @param {string} section
   * @param {Readers} readers
   * @param {string[]} all what the section may name, for a message
   */
  parts(section, readers, all) {
    /** @type {ReturnType<Readers[keyof Readers]>[]} */
    const found = [];
    if (!this.has(section)) return found;
    if (this.content[section] === null) {
      this.wrong(`\`${section}\` is empty: name a part, one of ${all.join(", ")}, or leave the key out`);
      return found;
    }
    const holder = new Fields(this.content[section], section, this.problems);
    for (const [key, reader] of Object.entries(readers)) {
      if (!holder.has(key)) continue;
      const value = holder.content[key];
      if (Array.isArray(value) && !value.length) holder.wrong(`\`${key}\` is an empty list: name what it uses, or leave the key out`);
      for (const item of Array.isArray(value) ? value : [value]) {
        const fields = new Fields(item, `${section}.${key}`, this.problems);
        found.push(/** @type {ReturnType<Readers[keyof Readers]>} */ (reader(fields)));
        fields.finish();
      }
    }
    holder.finish();
    return found;
  }

  finish() {
    for (const key of Object.keys(this.content)) {
      if (!this.#asked.has(key)) this.wrong(`unknown key ${shown(key)}: known here are ${[...this.#asked].sort().join(", ")}`);
    }
  }
}

const LONGEST_SHOWN = 60; // characters of a wrong value that a message repeats

/** @param {unknown} value */
function isEmpty(value) {
  return value === null || value === undefined || value === "";
}

/** @param {unknown} value */
function shown(value) {
  if (isEmpty(value)) return "nothing";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a mapping";
  const characters = [...String(value)]; // as Python counts them: an emoji is one
  if (characters.length <= LONGEST_SHOWN) return `'${value}'`;
  return `'${characters.slice(0, LONGEST_SHOWN).join("")}…' (${characters.length.toLocaleString("en-US")} characters)`;
}
