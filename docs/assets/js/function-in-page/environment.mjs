// @ts-check
/**
 * An execution environment: a frame that may do nothing but run scripts, in it a worker, in that the reader's module. The frame's
 * origin is nobody's, so it has no storage and no way to this page; its own policy lets nothing be fetched. What runs too long is
 * ended from here, by taking the frame away.
 */

const RUNNER = new URL("../../runner/", import.meta.url);
const START_MS = 10_000; // for the frame and the worker to be there, before anything of the reader's is loaded

/**
 * @typedef {{kind: string, ms?: number, body?: string, text?: string, level?: string, id?: string, at?: string,
 *   error?: {errorType: string, errorMessage: string, trace: string[], imported?: string}}} Message see docs/assets/runner/worker.js
 */

export class Environment {
  alive = true;
  /** @type {(message: Message) => void} */ #answered = () => {};
  /** @type {(message: Message) => void} */ #logged = () => {};
  #frame = document.createElement("iframe");
  #channel = new MessageChannel();

  /**
   * @param {HTMLElement} holder where the frame is put, unseen
   * @returns {Promise<Environment>}
   */
  static async start(holder) {
    const scripts = await Promise.all(["inspect.js", "worker.js"].map(text));
    const environment = new Environment();
    const started = await environment.#next(START_MS, () => environment.#open(holder, ['"use strict"; {', ...scripts, "}"]));
    if (started.kind !== "ready") throw new Error("The sandbox for the function did not start in this browser.");
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

  end() {
    this.alive = false;
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
    this.#frame.src = new URL("sandbox.html", RUNNER).href;
    // "*": an origin that is nobody's cannot be named.
    this.#frame.addEventListener("load", () => this.#frame.contentWindow?.postMessage(scripts, "*", [this.#channel.port2]), { once: true });
    holder.append(this.#frame);
  }

  /** @param {Message} message */
  #received(message) {
    if (message.kind.startsWith("log")) this.#logged(message);
    else this.#answered(message);
    if (message.kind === "exit") this.end();
  }

  /**
   * @param {number} limitMs
   * @param {() => void} begin
   * @returns {Promise<Message>}
   */
  async #next(limitMs, begin) {
    let timer = 0;
    /** @type {Promise<Message>} */
    const answer = new Promise((resolve) => {
      this.#answered = resolve;
      timer = window.setTimeout(() => resolve({ kind: "timeout" }), limitMs);
    });
    begin();
    const message = await answer;
    clearTimeout(timer);
    if (message.kind === "timeout") this.end();
    return message;
  }
}

/** @param {string} name */
async function text(name) {
  const response = await fetch(new URL(name, RUNNER));
  if (!response.ok) throw new Error(`The script of the sandbox is not there: ${name}.`);
  return response.text();
}
