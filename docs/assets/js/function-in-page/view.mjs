// @ts-check
/**
 * What a reader sees and does: opens the printed fields for writing, adds the controls, and shows what came of a test. Everything it
 * adds is marked data-live, because the page says the same without scripts. Nothing runs before the button is pressed.
 */

import { Card } from "../engine/card.mjs";
import { exact, usd } from "../engine/formatting.mjs";
import { WorkloadError } from "../engine/workload.mjs";
import { element } from "./element.mjs";
import { Invocations } from "./invocation.mjs";
import { figure, receipt } from "./receipt.mjs";
import { costs, logLines } from "./report.mjs";

/**
 * @typedef {import("./invocation.mjs").Outcome} Outcome
 * @typedef {import("./report.mjs").Costs} Costs
 */

const SHOWN = 20_000; // characters of a response or a log: a page is no place for megabytes
const ON_LAMBDA = /^(node:|@aws-sdk\/|(fs|path|os|util|url|zlib|http|https|events|stream|buffer|crypto|child_process)(\/|$))/;

export class View {
  #busy = false;

  /** @param {HTMLElement} host */
  constructor(host) {
    const { function: name = "", architecture = "", memory = "", timeout = "", card = "" } = host.dataset;
    this.host = host;
    this.name = name;
    this.architecture = architecture;
    this.choices = memory.split(" ");
    this.card = new Card(card);
    this.invocations = new Invocations(host, { functionName: name, region: this.card.region, timeoutS: Number(timeout) });
    this.code = /** @type {HTMLTextAreaElement} */ (host.querySelector("textarea[name=code]"));
    this.event = /** @type {HTMLTextAreaElement} */ (host.querySelector("textarea[name=event]"));
    this.recorded = /** @type {HTMLElement} */ (host.querySelector(".function__recorded"));
    this.memory = this.#memoryField();
    this.button = element("button", { type: "button", class: "md-button md-button--primary" }, "Test");
    this.status = element("p", { class: "function__status", role: "status", "aria-live": "polite", "data-live": true }, "Nothing has run yet.");
    this.output = element("div", { class: "function__output", "data-live": true });
    this.#open(timeout);
  }

  /** Ends what still runs. */
  end() {
    this.invocations.end();
  }

  /** @param {string} timeout */
  #open(timeout) {
    const keys = element("p", { class: "function__keys", id: `function-${this.name}-keys`, "data-live": true });
    keys.append(key("Tab"), " goes on to the next field, ", key("Ctrl"), " + ", key("Enter"), " runs the test.");
    for (const field of [this.code, this.event]) {
      field.readOnly = false;
      field.setAttribute("aria-describedby", keys.id);
    }
    const reset = element("button", { type: "button", class: "md-button" }, "Reset");
    const label = element("label", { class: "function__label", for: this.memory.id }, "Memory in MB");
    const setting = element("div", { class: "function__setting" }, label, this.memory, this.#suggestions());
    const controls = element("div", { class: "function__controls", "data-live": true }, setting, this.button, reset);
    this.recorded.before(controls, keys, notice(timeout), this.status);
    this.recorded.after(this.output);
    this.button.addEventListener("click", () => this.#test());
    reset.addEventListener("click", () => this.#reset());
    this.host.classList.add("function--live");
    this.host.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#test();
    });
  }

  #memoryField() {
    const quota = this.card.quota("lambda.memory");
    const bound = (/** @type {import("../engine/fraction.mjs").Fraction | null | undefined} */ value) => (value ? exact(value) : false);
    return element("input", {
      type: "number",
      class: "function__number",
      id: `function-${this.name}-memory`,
      list: `function-${this.name}-memories`,
      value: this.choices[0],
      min: bound(quota?.min),
      max: bound(quota?.max),
      step: bound(quota?.step),
      required: true,
      autocomplete: "off",
    });
  }

  #suggestions() {
    return element("datalist", { id: `function-${this.name}-memories` }, ...this.choices.map((value) => element("option", { value })));
  }

  #reset() {
    this.invocations.end();
    for (const field of [this.code, this.event, this.memory]) field.value = field.defaultValue;
    this.memory.removeAttribute("aria-invalid");
    this.recorded.hidden = false;
    this.output.replaceChildren();
    this.status.replaceChildren("As it was. The environment is gone: the next test is a cold start.");
  }

  async #test() {
    if (this.#busy) return;
    const configuration = { memoryMb: this.memory.value, architecture: this.architecture };
    if (this.#offered(configuration)) await this.#run(configuration);
    this.status.scrollIntoView({ block: "nearest" }); // on a phone it may lie below the button, out of sight
  }

  /** @param {import("./report.mjs").Configuration} configuration */
  async #run(configuration) {
    this.#working(true);
    try {
      const outcome = await this.invocations.invoke({ code: this.code.value, event: this.event.value, ...configuration });
      this.#show(outcome, configuration);
    } catch (error) {
      this.status.replaceChildren(/** @type {Error} */ (error).message);
    }
    this.#working(false);
  }

  /**
   * Whether Lambda offers the memory that is asked for; if not, says why.
   * @param {import("./report.mjs").Configuration} configuration
   */
  #offered(configuration) {
    try {
      costs({ durationMs: "1" }, configuration, this.card);
      this.memory.removeAttribute("aria-invalid");
      return true;
    } catch (error) {
      if (!(error instanceof WorkloadError)) throw error;
      this.memory.setAttribute("aria-invalid", "true");
      this.memory.focus();
      this.status.replaceChildren(`Not run: ${error.message}.`);
      return false;
    }
  }

  /** @param {boolean} busy */
  #working(busy) {
    this.#busy = busy;
    this.button.setAttribute("aria-disabled", String(busy)); // not `disabled`: the keyboard's place would be lost
    this.output.classList.toggle("function__output--old", busy);
    if (busy) this.status.replaceChildren("Running …");
  }

  /**
   * @param {Outcome} outcome
   * @param {import("./report.mjs").Configuration} configuration
   */
  #show(outcome, configuration) {
    const { durationMs, initMs } = outcome;
    const cost = durationMs === undefined ? null : costs({ durationMs, initMs }, configuration, this.card);
    this.recorded.hidden = true;
    this.status.replaceChildren(...summary(outcome, cost));
    this.output.replaceChildren(
      ...text("Response", response(outcome)),
      ...hint(outcome),
      ...(cost ? text("Function logs", logLines(outcome, cost.billedMs, configuration).join("\n")) : []),
      ...(cost ? [receipt("A million calls like this one", cost.million, cost.one)] : []),
    );
  }
}

/**
 * What was billed, in a sentence that is also read aloud.
 * @param {Outcome} outcome
 * @param {Costs | null} cost
 */
function summary({ error, initMs, status: ended }, cost) {
  const title = element("strong", { class: error ? "function__failed" : "function__succeeded" }, error ? `Failed: ${error.errorType}. ` : "Succeeded. ");
  if (!cost) return [title, "Lambda does not start the function for such an event, and bills nothing."];
  const environment = initMs ? " A cold start: test again, and the environment is still there." : " The environment was still there: no INIT.";
  const sums = [figure(cost.one.total, usd(cost.one.total)), " for this call, ", figure(cost.million.total, usd(cost.million.total)), " for a million like it."];
  return [title, `Billed ${cost.billedMs} ms: `, ...sums, ended ? "" : environment];
}

/** @param {Outcome} outcome */
function response({ response, error }) {
  const value = error ?? JSON.parse(response ?? "null");
  return JSON.stringify(value, null, 2);
}

/** @param {Outcome} outcome */
function hint({ imported }) {
  if (!imported || !ON_LAMBDA.test(imported)) return [];
  return [element("p", { class: "function__hint" }, `On Lambda ${imported} is there. This page has no Node.js and no packages.`)];
}

/**
 * A text with its name; long ones scroll, and can be reached with the keyboard for that.
 * @param {string} name
 * @param {string} content
 */
function text(name, content) {
  const cut = content.length > SHOWN ? `${content.slice(0, SHOWN)}\n… of ${content.length.toLocaleString("en")} characters this page shows the first ${SHOWN.toLocaleString("en")}.` : content;
  const label = element("p", { class: "function__label" }, name);
  return [label, element("pre", { class: "function__text", tabindex: "0", role: "group", "aria-label": name }, element("code", {}, cut))];
}

/** @param {string} name */
const key = (name) => element("kbd", {}, name);

/** @param {string} timeout */
function notice(timeout) {
  const code = (/** @type {string} */ name) => element("code", {}, name);
  const points = [
    ["The time is your computer’s. On Lambda more memory brings more CPU; here it only changes the price."],
    ["A browser’s clock is coarse: 0.01 ms stands for less than it sees."],
    ["There is no Node.js: no ", code("process"), ", no ", code("require"), ", no packages, no files."],
    ["There is no network and no storage, and no way into this page."],
    ["A page cannot measure memory: the REPORT line has no ", code("Max Memory Used"), "."],
    [`A call may take ${timeout} seconds, as with a new function, whose limit you may raise.`],
    ["The environment is kept until you change the code or the memory, or leave the page. Lambda keeps it for some minutes, and starts more when calls overlap."],
  ];
  return element(
    "div",
    { class: "function__notice", "data-live": true },
    element("p", {}, element("strong", {}, "This runs in your own browser, not on AWS."), " Nothing is sent anywhere, nothing is charged."),
    element("details", {}, element("summary", {}, "What differs from Lambda"), element("ul", {}, ...points.map((point) => element("li", {}, ...point)))),
  );
}
