// @ts-check
/** Line numbers beside a field of code. They are for the eyes: the field itself stays a plain field. */

import { element } from "./element.mjs";

export class LineNumbers {
  #gutter = element("div", { class: "function__gutter", "aria-hidden": "true", "data-live": true });
  /** @type {number | null} */ #marked = null;

  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.field = field;
    const editor = element("div", { class: "function__editor" });
    field.replaceWith(editor);
    editor.append(this.#gutter, field);
    field.addEventListener("input", () => this.mark(null));
    field.addEventListener("scroll", () => this.#follow());
    this.#draw();
  }

  /**
   * Marks the line that an error is in; none for null.
   * @param {number | null} line
   */
  mark(line) {
    this.#marked = line;
    this.#draw();
    if (line === null) return;
    const lines = this.field.value.split("\n").length;
    this.field.scrollTop = ((line - 3) / lines) * this.field.scrollHeight; // with two lines above it, where there are as many
  }

  #draw() {
    const numbers = this.field.value.split("\n").map((_, index) => index + 1);
    const marked = this.#marked ?? 0;
    const text = (/** @type {number[]} */ some) => some.map((number) => `${number}\n`).join("");
    this.#gutter.replaceChildren(
      text(numbers.filter((number) => !marked || number < marked)),
      ...(marked ? [element("mark", {}, `${marked}`), "\n", text(numbers.filter((number) => number > marked))] : []),
    );
    this.#follow();
  }

  #follow() {
    this.#gutter.scrollTop = this.field.scrollTop;
  }
}
