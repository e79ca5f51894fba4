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
 * @property {string} [lacks] what the code asked for in vain: a module, or a name
 * @property {boolean} [rejected] the process ended because nothing caught the rejection of a promise
 * @property {{line: number, column: number} | null} [place] where the code does not parse
 * @property {string} [durationMs] with two decimals; absent where Lambda would not have started the function
 * @property {string} [initMs] of a cold start that succeeded
 * @property {"timeout" | "error"} [status] what the REPORT line says of an end that was not the handler's
 * @property {string[]} log everything before the END line, as far as it is shown
 * @property {number} logBytes of everything before the END line, shown or not
 *
 * @typedef {{functionName: string, region: string, timeoutS: number, eventBytes: number, responseBytes: number}} Settings
 */

const LEAST_MS = 0.01; // what the browser's clock is too coarse to see took more than nothing

/** What one invocation logs: the lines that are shown, and the bytes of all. */
class Log {
  /** @type {string[]} */ lines = [];
  bytes = 0;

  /**
   * A line of Lambda's own.
   * @param {string} line
   */
  add(line) {
    this.lines.push(line);
    this.bytes += bytesOf(line);
  }
}

/**
 * The bytes of a line of log and its end.
 * @param {string} line
 */
export const bytesOf = (line) => new TextEncoder().encode(line).length + 1;

export class Invocations {
  /** @type {Environment | null} */ #environment = null;
  /** @type {unknown} */ #deployed = null;

  /**
   * @param {HTMLElement} holder
   * @param {Settings} settings
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
    const error = this.#refusal(event);
    if (error) return { requestId, log: [], logBytes: 0, error };

    const log = new Log();
    /** @type {string | undefined} */
    let initMs;
    const deployed = JSON.stringify([code, memoryMb]);
    if (!this.#environment?.alive || deployed !== this.#deployed) {
      this.end();
      const environment = (this.#environment = await Environment.start(this.holder, this.settings));
      this.#deployed = deployed;
      const init = () => this.#ask(environment, { order: "init", code, settings: { ...this.settings, memoryMb } }, log);
      const first = await init();
      if (first.kind !== "initialized") return this.#failedInit(environment, code, first, init, { requestId, log });
      initMs = milliseconds(first.ms);
    }
    log.add(startLine(requestId));
    const order = { order: "invoke", event, id: requestId, timeoutMs: this.settings.timeoutS * 1000 };
    const answer = await this.#ask(/** @type {Environment} */ (this.#environment), order, log);
    return { ...this.#told(answer, requestId, log), initMs };
  }

  /**
   * What Lambda answers to an event that it does not hand to the function; undefined where it does.
   * @param {string} event
   * @returns {Fault | undefined}
   */
  #refusal(event) {
    const [size, limit] = [new TextEncoder().encode(event).length, this.settings.eventBytes];
    const tooLarge = `${size} byte payload is too large for the RequestResponse invocation type (limit ${limit} bytes)`;
    if (size > limit) return { errorType: "RequestEntityTooLargeException", errorMessage: tooLarge };
    const errorMessage = whyNotJson(event);
    return errorMessage ? { errorType: "InvalidRequestContentException", errorMessage } : undefined;
  }

  /**
   * @param {Environment} environment
   * @param {object} order
   * @param {Log} log
   */
  async #ask(environment, order, log) {
    const answer = await environment.ask(order, this.settings.timeoutS * 1000, ({ text = "" }) => log.lines.push(text));
    log.bytes += environment.written;
    return answer;
  }

  /**
   * Lambda tries a failed INIT once more within the call; the time that is reported is that of the second try.
   * @param {Environment} environment
   * @param {string} code
   * @param {Message} first
   * @param {() => Promise<Message>} init
   * @param {{requestId: string, log: Log}} call
   */
  async #failedInit(environment, code, first, init, { requestId, log }) {
    let answer = first;
    if (first.error) {
      log.add(`INIT_REPORT Init Duration: ${milliseconds(first.ms)} ms\tPhase: init\tStatus: error\tError Type: ${first.error.errorType}`);
      answer = await init();
    }
    const place = answer.error?.unparsed ? await environment.locate(code) : null;
    log.add(startLine(requestId));
    const outcome = this.#told(answer, requestId, log);
    this.end();
    return { status: /** @type {const} */ ("error"), place, ...outcome };
  }

  /**
   * @param {Message} answer
   * @param {string} requestId
   * @param {Log} log
   * @returns {Outcome}
   */
  #told(answer, requestId, log) {
    const told = this.#ending(answer, requestId, log);
    return { requestId, durationMs: milliseconds(answer.ms), ...told, log: log.lines, logBytes: log.bytes };
  }

  /**
   * How the invocation ended; where that was not the handler's doing, the log gets the line that Lambda adds then.
   * @param {Message} answer
   * @param {string} requestId
   * @param {Log} log
   * @returns {Partial<Outcome>}
   */
  #ending(answer, requestId, log) {
    if (answer.kind === "response") return { response: answer.body };
    if (answer.kind === "too large") {
      log.add(`[ERROR] [${Date.now()}] LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413.`);
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${this.settings.responseBytes} bytes).`;
      return { error: { errorType: "Function.ResponseSizeTooLarge", errorMessage } };
    }
    if (answer.error) {
      const { lacks, unparsed, ...error } = answer.error;
      return { error, lacks };
    }
    if (answer.kind === "exit") {
      log.lines.push(answer.text ?? ""); // its bytes are counted already
      const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
      return { status: "error", error: { errorType: "Runtime.ExitError", errorMessage }, lacks: answer.lacks, rejected: answer.rejected };
    }
    const timedOut = `Task timed out after ${this.settings.timeoutS.toFixed(2)} seconds`;
    // The log has no line of its own for it: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (2026-11-25).
    const error = { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${timedOut}` };
    return { durationMs: milliseconds(this.settings.timeoutS * 1000), status: "timeout", error };
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

/** crypto.randomUUID is for pages that came by https. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
