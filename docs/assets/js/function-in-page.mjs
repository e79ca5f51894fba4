// @ts-check
/**
 * <function-in-page>: a handler, a test event and a recorded response that the build has printed (macros/browser.py), made to run.
 * On a page without one, this small file is all that is loaded.
 */

class FunctionInPage extends HTMLElement {
  /** @type {{end: () => void} | undefined} */ #view;

  async connectedCallback() {
    const { View } = await import("./function-in-page/view.mjs");
    if (this.isConnected) this.#view ??= new View(this);
  }

  /** Instant navigation takes the page away: its function must not run on. */
  disconnectedCallback() {
    this.#view?.end();
  }
}

customElements.define("function-in-page", FunctionInPage);
