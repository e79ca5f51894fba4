// @ts-check
/**
 * What the worker (docs/assets/runner/worker.js) may say, and how much of it: its script is ours, but the reader's code runs beside it. What is
 * none of this is no message; texts that are too long are cut.
 */

const TIME_MS = 3_600_000;
const WRITTEN = 1e12; // bytes
const TEXT = 25_000, NAME = 300, LINE = 2_000; // characters
const TRACE = 50; // lines

/**
 * @typedef {{errorType: string, errorMessage: string, trace: string[], lacks?: string, unparsed?: boolean}} Thrown
 *   `lacks`: what the code asked for in vain, perhaps something that Lambda has; `unparsed`: the module does not parse
 * @typedef {{kind: string, ms?: number, written?: number, body?: string, text?: string, rejected?: boolean, lacks?: string, error?: Thrown}} Message
 *   `written`: bytes that the invocation has logged so far; `rejected`: nothing caught the rejection of a promise
 */

/** @type {Record<string, (said: Record<string, unknown>, limits: {responseBytes: number}) => Partial<Message> | null>} */
const KINDS = {
  ready: () => ({}),
  initialized: () => ({}),
  written: () => ({}),
  "too large": () => ({}),
  log: ({ text }) => ({ text: cut(text, TEXT) }),
  response: ({ body }, { responseBytes }) => (typeof body === "string" && body.length <= responseBytes ? { body } : null),
  error: ({ error }) => ({ error: thrown(error) }),
  "init error": ({ error }) => ({ error: thrown(error) }),
  exit: ({ text, rejected, lacks }) => ({ text: cut(text, TEXT), rejected: rejected === true, lacks: cut(lacks, NAME) }),
};

/**
 * A message as one of the worker's, or null.
 * @param {unknown} data
 * @param {{responseBytes: number}} limits
 * @returns {Message | null}
 */
export function message(data, limits) {
  if (typeof data !== "object" || data === null) return null;
  const said = /** @type {Record<string, unknown>} */ (data);
  const { kind, ms, written } = said;
  if (typeof kind !== "string" || !Object.hasOwn(KINDS, kind)) return null;
  const parts = KINDS[kind](said, limits);
  return parts && { kind, ms: number(ms, TIME_MS), written: number(written, WRITTEN), ...parts };
}

/** @param {unknown} error @returns {Thrown} */
function thrown(error) {
  const { errorType, errorMessage, trace, lacks, unparsed } = /** @type {Record<string, unknown>} */ (error ?? {});
  const lines = Array.isArray(trace) ? trace.slice(0, TRACE).map((line) => cut(line, LINE)) : [];
  return { errorType: cut(errorType, NAME), errorMessage: cut(errorMessage, TEXT), trace: lines, lacks: cut(lacks, NAME), unparsed: unparsed === true };
}

/** @param {unknown} value @param {number} most */
const cut = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");

/** @param {unknown} value @param {number} most */
const number = (value, most) => (typeof value === "number" && value >= 0 && value <= most ? value : 0);
