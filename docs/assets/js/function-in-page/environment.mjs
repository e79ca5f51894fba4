// @ts-check
/**
 * An execution environment: a frame that may do nothing but run scripts, in it a worker, in that the reader's module. The frame's
 * origin is nobody's, so it has no storage and no way to this page; its own policy lets nothing be fetched. What runs too long, says what the
 * worker never says, or waits for a next invocation in vain is ended from here, by taking the frame away.
 */

import { message } from "./message.mjs";

const RUNNER = new URL("../../runner/", import.meta.url);
const SCRIPTS = ["inspect.js", "console.js", "worker.js"];
const START_MS = 10_000; // for the frame and the worker to be there, before anything of the reader's is loaded
const LOCATE_MS = 3_000;
const IDLE_MS = 60_000; // Lambda freezes an environment between two invocations; here its timers run on, so it does not stay for long
const MESSAGES = 1_000; // from one order to the next: more than twice what the worker shows of one log

/** @typedef {import("./message.mjs").Message} Message */

/** An environment that cannot go on. The message is for the reader. */
export class Broken extends Error {}

export class Environment {
  alive = true;
  written = 0; // bytes that the invocation has logged, as far as is known
  /** @type {(message: Message) => void} */ #answered = () => {};
  /** @type {(message: Message) => void} */ #logged = () => {};
  #frame = document.createElement("iframe");
  #channel = new MessageChannel();
  #heard = 0;
  #idle = 0;
  #responseBytes = 0;

  /**
   * @param {HTMLElement} holder where the frame is put, unseen
   * @param {{responseBytes: number}} limits
   * @returns {Promise<Environment>}
   */
  static async start(holder, { responseBytes }) {
    const scripts = await Promise.all(SCRIPTS.map(text));
    const environment = new Environment();
    environment.#responseBytes = responseBytes;
    const started = await environment.#next(START_MS, () => environment.#open(holder, ['"use strict"; {', ...scripts, "}"]));
    if (started.kind !== "ready") throw new Broken("The sandbox for the function did not start. Reload this page, or try another browser.");
    return environment;
  }

  /**
   * Sends an order to the worker and waits for its answer, {kind: "timeout"} after so many milliseconds.
   * @param {object} order
   * @param {number} limitMs
   * @param {(message: Message) => void} logged is told each line of log meanwhile
   */
  ask(order, limitMs, logged) {
    this.#logged = logged;
    return this.#next(limitMs, () => this.#channel.port1.postMessage(order));
  }

  /**
   * Where the browser finds the first error in a module that does not parse, both counted from 1; null where it does not say.
   * @param {string} code
   * @returns {Promise<{line: number, column: number} | null>}
   */
  locate(code) {
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), LOCATE_MS);
      port1.onmessage = ({ data }) => {
        clearTimeout(timer);
        port1.close();
        const { line, column } = data ?? {};
        resolve(Number.isInteger(line) && Number.isInteger(column) ? { line, column } : null);
      };
      this.#frame.contentWindow?.postMessage(code, "*", [port2]);
    });
  }

  end() {
    this.alive = false;
    clearTimeout(this.#idle);
    this.#channel.port1.close();
    this.#frame.remove();
    this.#answered({ kind: "ended" });
  }

  /**
   * @param {HTMLElement} holder
   * @param {string[]} scripts
   */
  #open(holder, scripts) {
    this.#channel.port1.onmessage = ({ data }) => this.#received(data);
    this.#frame.sandbox.value = "allow-scripts";
    this.#frame.title = "Where the function runs";
    this.#frame.hidden = true;
    this.#frame.src = new URL("sandbox.htm", RUNNER).href;
    // "*": an origin that is nobody's cannot be named.
    this.#frame.addEventListener("load", () => this.#frame.contentWindow?.postMessage(scripts, "*", [this.#channel.port2]), { once: true });
    holder.append(this.#frame);
  }

  /** @param {unknown} data */
  #received(data) {
    const heard = message(data, { responseBytes: this.#responseBytes });
    this.#heard += 1;
    if (!heard || this.#heard > MESSAGES) {
      this.#answered({ kind: "broken" });
      return this.end();
    }
    this.written = heard.written ?? 0;
    if (heard.kind === "log") this.#logged(heard);
    else if (heard.kind !== "written") this.#answered(heard);
    if (heard.kind === "exit") this.end();
  }

  /**
   * @param {number} limitMs
   * @param {() => void} begin
   * @returns {Promise<Message>}
   */
  async #next(limitMs, begin) {
    clearTimeout(this.#idle);
    this.#heard = this.written = 0;
    let timer = 0;
    /** @type {Promise<Message>} */
    const answer = new Promise((resolve) => {
      this.#answered = resolve;
      timer = window.setTimeout(() => resolve({ kind: "timeout" }), limitMs);
    });
    begin();
    const answered = await answer;
    clearTimeout(timer);
    if (answered.kind === "broken") throw new Broken("The function’s environment sent a message that this page does not know, so the page ended it. Press Test to start a new one.");
    if (answered.kind === "ended") throw new Broken("The environment was ended before the function answered. Press Test to start a new one.");
    if (answered.kind === "timeout") this.end();
    if (this.alive) this.#idle = window.setTimeout(() => this.end(), IDLE_MS);
    return answered;
  }
}

/** @param {string} name */
async function text(name) {
  const response = await fetch(new URL(name, RUNNER));
  if (!response.ok) throw new Broken(`This page could not load the sandbox’s script ${name}. Reload the page.`);
  return response.text();
}
