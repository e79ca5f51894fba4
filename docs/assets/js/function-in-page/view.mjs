// @ts-check
/**
 * What a reader does: opens the printed fields for writing, adds the controls, runs a test, and says when what is shown is no longer the answer
 * to what the fields say. Everything it adds is marked data-live, because the page says the same without scripts. Nothing runs before
 * the button is pressed.
 */

import { Card } from "../engine/card.mjs";
import { exact } from "../engine/formatting.mjs";
import { LineNumbers } from "./editor.mjs";
import { element } from "./element.mjs";
import { Invocations } from "./invocation.mjs";
import { payload, whyNotOffered } from "./limits.mjs";
import { notice } from "./notice.mjs";
import { report } from "./report.mjs";
import { result, summary } from "./result.mjs";

const TOUCH = "(hover: none) and (pointer: coarse)"; // no Tab, no Ctrl

export class View {
  #busy = false;
  #runs = 0; // a reset, too, makes the result of an earlier run unwanted
  #tested = ""; // the fields of the test whose result is shown

  /** @param {HTMLElement} host */
  constructor(host) {
    const { function: name = "", architecture = "", memory = "", timeout = "", card = "", logs = "", bytesPerGb = "", payloadMb } = host.dataset;
    this.host = host;
    this.name = name;
    this.architecture = architecture;
    this.logs = logs ? { dimension: logs, bytesPerGb } : null;
    this.choices = memory.split(" ");
    this.card = new Card(card);
    this.invocations = new Invocations(host, { functionName: name, region: this.card.region, timeoutS: Number(timeout), ...payload(payloadMb) });
    this.code = /** @type {HTMLTextAreaElement} */ (host.querySelector("textarea[name=code]"));
    this.event = /** @type {HTMLTextAreaElement} */ (host.querySelector("textarea[name=event]"));
    this.recorded = /** @type {HTMLElement} */ (host.querySelector(".function__recorded"));
    this.memory = this.#memoryField();
    this.button = element("button", { type: "button", class: "md-button md-button--primary" }, "Test");
    this.status = element("p", { class: "function__status", role: "status", "aria-live": "polite", "data-live": true }, "Nothing has run yet.");
    this.stale = element("p", { class: "function__stale", hidden: true, "data-live": true }, "This is the result of an earlier test: you have changed the code, the event, or the memory since.");
    this.output = element("div", { class: "function__output", "data-live": true });
    this.#printed();
    this.lines = new LineNumbers(this.code);
    this.#open(timeout);
  }

  /** Ends what still runs. */
  end() {
    this.invocations.end();
  }

  /** The fields as the page was built. Not `defaultValue`: where a reader came from a search, the theme has marked words and they are gone. */
  #printed() {
    for (const field of [this.code, this.event]) field.value = field.dataset.text ?? field.defaultValue;
    this.memory.value = this.memory.defaultValue;
  }

  /** @param {string} timeout */
  #open(timeout) {
    const reset = element("button", { type: "button", class: "md-button" }, "Reset");
    const label = element("label", { class: "function__label", for: this.memory.id }, "Memory in MB");
    const setting = element("div", { class: "function__setting" }, label, this.memory, this.#suggestions());
    const controls = element("div", { class: "function__controls", "data-live": true }, setting, this.button, reset);
    this.recorded.before(controls, ...this.#keys(), notice(timeout), this.status, this.stale);
    this.recorded.after(this.output);
    this.button.addEventListener("click", () => this.#test());
    reset.addEventListener("click", () => this.#reset());
    for (const field of [this.code, this.event]) field.readOnly = false;
    this.host.classList.add("function--live");
    this.host.addEventListener("input", () => this.#age());
    this.host.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#test();
    });
  }

  /** What the keyboard does, for who has one. */
  #keys() {
    if (matchMedia(TOUCH).matches) return [];
    const keys = element("p", { class: "function__keys", id: `function-${this.name}-keys`, "data-live": true });
    keys.append(key("Tab"), " goes on to the next field, ", key("Ctrl"), " + ", key("Enter"), " runs the test.");
    for (const field of [this.code, this.event]) field.setAttribute("aria-describedby", keys.id);
    return [keys];
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
    this.#runs += 1;
    this.invocations.end();
    this.#printed();
    this.lines.mark(null);
    for (const field of [this.event, this.memory]) field.removeAttribute("aria-invalid");
    this.recorded.hidden = false;
    this.output.replaceChildren();
    this.#tested = "";
    this.#age();
    this.status.replaceChildren("Reset. The environment is gone, so the next test is a cold start.");
  }

  async #test() {
    if (this.#busy) return;
    if (!this.#refused()) await this.#run();
    this.status.scrollIntoView({ block: "nearest" }); // on a phone it may lie below the button, out of sight
  }

  /** Whether a field holds what Lambda does not take; says what it takes. */
  #refused() {
    const memory = whyNotOffered(this.memory.value, this.card);
    const event = this.event.value.trim() ? "" : "The test event is empty: write JSON; {} is an event without content.";
    this.event.toggleAttribute("aria-invalid", false);
    this.memory.toggleAttribute("aria-invalid", false);
    const [field, why] = memory ? [this.memory, memory] : [this.event, event];
    if (!why) return false;
    field.setAttribute("aria-invalid", "true");
    field.focus();
    this.status.replaceChildren(`Not run. ${why}`);
    this.status.classList.remove("function__status--old");
    return true;
  }

  async #run() {
    const test = { code: this.code.value, event: this.event.value, memoryMb: this.memory.value.trim() };
    const run = (this.#runs += 1);
    this.#working(true);
    try {
      const outcome = await this.invocations.invoke(test);
      if (run === this.#runs) this.#show(outcome, test);
    } catch (error) {
      if (run === this.#runs) this.status.replaceChildren(/** @type {Error} */ (error).message);
    }
    this.#working(false);
  }

  /** @param {boolean} busy */
  #working(busy) {
    this.#busy = busy;
    this.button.setAttribute("aria-disabled", String(busy)); // not `disabled`: the keyboard's place would be lost
    this.#age();
    if (busy) this.status.replaceChildren("Running …");
  }

  /**
   * @param {import("./invocation.mjs").Outcome} outcome
   * @param {{code: string, event: string, memoryMb: string}} test
   */
  #show(outcome, test) {
    const { durationMs } = outcome;
    const configuration = { memoryMb: test.memoryMb, architecture: this.architecture, logs: this.logs };
    const told = durationMs === undefined ? null : report({ ...outcome, durationMs }, configuration, this.card);
    this.recorded.hidden = true;
    this.#tested = JSON.stringify([test.code, test.event, test.memoryMb]);
    this.status.replaceChildren(...summary(outcome, told));
    this.output.replaceChildren(...result(outcome, told, test.code));
    this.lines.mark(this.code.value === test.code && outcome.place ? Math.min(outcome.place.line, test.code.split("\n").length) : null);
  }

  /** Dims a result that is not that of the fields as they stand now, and says so. */
  #age() {
    const now = JSON.stringify([this.code.value, this.event.value, this.memory.value.trim()]);
    const stale = this.#tested !== "" && this.#tested !== now;
    this.stale.hidden = !stale || this.#busy;
    this.output.classList.toggle("function__output--old", stale || this.#busy);
    this.status.classList.toggle("function__status--old", stale && !this.#busy && !this.status.textContent?.startsWith("Not run"));
  }
}

/** @param {string} name */
const key = (name) => element("kbd", {}, name);
