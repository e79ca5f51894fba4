// @ts-check
/**
 * What Lambda does with one invocation, in small: refuse an event that is not JSON, start an environment or use the one that is
 * there, INIT, call, end what takes too long; and tell the outcome in Lambda's own shapes. Knows no price and no page.
 */

import { Environment } from "./environment.mjs";

/**
 * @typedef {import("./environment.mjs").Message} Message
 * @typedef {{errorType: string, errorMessage: string, trace?: string[]}} Fault
 * @typedef {object} Outcome
 * @property {string} requestId
 * @property {string} [response] the handler's result as JSON, where it gave one
 * @property {Fault} [error] what Lambda answers instead
 * @property {string} [imported] the module that could not be loaded
 * @property {string} [durationMs] with two decimals; absent where Lambda would not have started the function
 * @property {string} [initMs] of a cold start that succeeded
 * @property {"timeout" | "error"} [status] what the REPORT line says of an end that was not the handler's
 * @property {string[]} log everything before the END line
 */

const LEAST_MS = 0.01; // what the browser's clock is too coarse to see took more than nothing

export class Invocations {
  /** @type {Environment | null} */ #environment = null;
  /** @type {unknown} */ #deployed = null;

  /**
   * @param {HTMLElement} holder
   * @param {{functionName: string, region: string, timeoutS: number}} settings
   */
  constructor(holder, settings) {
    this.holder = holder;
    this.settings = settings;
  }

  /** The environment goes, as when a function is changed on Lambda. */
  end() {
    this.#environment?.end();
    this.#environment = null;
  }

  /**
   * @param {{code: string, event: string, memoryMb: string}} test
   * @returns {Promise<Outcome>}
   */
  async invoke({ code, event, memoryMb }) {
    const requestId = uuid();
    const notJson = whyNotJson(event);
    if (notJson) return { requestId, log: [], error: { errorType: "InvalidRequestContentException", errorMessage: notJson } };

    /** @type {string[]} */
    const log = [];
    /** @type {string | undefined} */
    let initMs;
    const deployed = JSON.stringify([code, memoryMb]);
    if (!this.#environment?.alive || deployed !== this.#deployed) {
      this.end();
      const environment = (this.#environment = await Environment.start(this.holder));
      this.#deployed = deployed;
      const init = () => this.#ask(environment, { order: "init", code, settings: { ...this.settings, memoryMb } }, log);
      const first = await init();
      if (first.kind !== "initialised") return this.#failedInit(first, init, { requestId, log });
      initMs = milliseconds(first.ms);
    }
    log.push(startLine(requestId));
    const order = { order: "invoke", event, id: requestId, timeoutMs: this.settings.timeoutS * 1000 };
    const answer = await this.#ask(/** @type {Environment} */ (this.#environment), order, log);
    return { ...this.#told(answer, requestId, log), initMs };
  }

  /**
   * @param {Environment} environment
   * @param {object} order
   * @param {string[]} log
   */
  #ask(environment, order, log) {
    return environment.ask(order, this.settings.timeoutS * 1000, (message) => log.push(logLine(message)));
  }

  /**
   * Lambda tries a failed INIT once more within the call; the time that is reported is that of the second try.
   * @param {Message} first
   * @param {() => Promise<Message>} init
   * @param {{requestId: string, log: string[]}} call
   */
  async #failedInit(first, init, { requestId, log }) {
    let answer = first;
    if (first.error) {
      log.push(`INIT_REPORT Init Duration: ${milliseconds(first.ms)} ms\tPhase: init\tStatus: error\tError Type: ${first.error.errorType}`);
      answer = await init();
    }
    log.push(startLine(requestId));
    const outcome = this.#told(answer, requestId, log);
    this.end();
    return { status: /** @type {const} */ ("error"), ...outcome };
  }

  /**
   * @param {Message} answer
   * @param {string} requestId
   * @param {string[]} log
   * @returns {Outcome}
   */
  #told(answer, requestId, log) {
    const outcome = { requestId, log, durationMs: milliseconds(answer.ms) };
    if (answer.kind === "response") return { ...outcome, response: answer.body };
    if (answer.error) {
      const { imported, ...error } = answer.error;
      return { ...outcome, error, imported };
    }
    if (answer.kind === "exit") {
      log.push(answer.text ?? "");
      const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
      return { ...outcome, status: "error", error: { errorType: "Runtime.ExitError", errorMessage } };
    }
    const timedOut = `Task timed out after ${this.settings.timeoutS.toFixed(2)} seconds`;
    log.push(`${new Date().toISOString()} ${requestId} ${timedOut}`);
    const error = { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${timedOut}` };
    return { ...outcome, durationMs: milliseconds(this.settings.timeoutS * 1000), status: "timeout", error };
  }
}

/**
 * Lambda's answer to an event that is not JSON, without the position that its own parser would add; empty where all is well.
 * @param {string} event
 */
function whyNotJson(event) {
  try {
    JSON.parse(event);
    return "";
  } catch (error) {
    return `Could not parse request body into json: Could not parse payload into json: ${/** @type {Error} */ (error).message}`;
  }
}

/** @param {number} [ms] */
const milliseconds = (ms = 0) => Math.max(ms, LEAST_MS).toFixed(2);

/** @param {string} requestId */
const startLine = (requestId) => `START RequestId: ${requestId} Version: $LATEST`;

/** @param {Message} message */
const logLine = ({ kind, at, id, level, text = "" }) => (kind === "log" ? [at, id, level, text].join("\t") : text);

/** crypto.randomUUID is for pages that came by https. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
