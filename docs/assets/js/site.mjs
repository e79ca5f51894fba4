// @ts-check
/**
 * What the pages need for people who read them with a keyboard, by ear or on paper, and the build cannot print: the theme makes these
 * elements in the browser. Runs after each page, also one that instant navigation put in place.
 */

import { printReceipts } from "./print-receipts.mjs";

const { document$: pages } = /** @type {Window & {document$?: {subscribe: (next: () => void) => void}}} */ (window);

/** What scrolls sideways must be reachable with the keyboard, and have a name. */
function nameScrollingBoxes() {
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((box, index) => {
    makeReachable(box, box.querySelector("caption")?.textContent || `Table ${index + 1}`);
  });
}

/** @param {Element} box @param {string} name */
function makeReachable(box, name) {
  box.setAttribute("tabindex", "0");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", name.trim());
}

/** The theme gives every copy button the same name. A file may be shown more than once on a page. */
function nameCopyButtons() {
  /** @type {Map<string, number>} */
  const shown = new Map();
  document.querySelectorAll(".md-code__nav").forEach((bar, index) => {
    const title = bar.closest(".highlight")?.querySelector(".filename")?.textContent?.trim() || `example ${index + 1}`;
    const times = (shown.get(title) ?? 0) + 1;
    shown.set(title, times);
    const name = times === 1 ? title : `${title} (${times})`;
    bar.setAttribute("aria-label", `Code: ${name}`);
    bar.querySelectorAll("button").forEach((button) => {
      if (button.dataset.mdType === "copy") button.setAttribute("aria-label", `Copy ${name} to the clipboard`);
    });
  });
}

/** Links that leave the site show their address on paper. The theme makes all addresses absolute, so that CSS cannot tell them apart. */
function markExternalLinks() {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(".md-content a[href]");
  links.forEach((link) => link.toggleAttribute("data-external", link.protocol.startsWith("http") && link.origin !== location.origin));
}

/** In a table whose rows have one receipt each, a press on any figure of a row opens it, at the part that explains the figure. */
function openReceiptsOfRows() {
  document.querySelectorAll(".md-content td data.figure").forEach((figure) => {
    const row = figure.closest("tr");
    const button = /** @type {HTMLButtonElement | null | undefined} */ (row?.querySelector("button.figure"));
    if (!row || !button || figure.hasAttribute("data-opens")) return;
    figure.setAttribute("data-opens", "");
    figure.addEventListener("click", () => {
      button.click();
      const place = [...row.querySelectorAll("data.figure")].indexOf(figure);
      row.querySelectorAll(`#${button.getAttribute("popovertarget")} .receipt__title`)[place]?.scrollIntoView({ block: "nearest" });
    });
  });
}

// After the theme's own subscribers, which make the elements.
pages?.subscribe(() => setTimeout(() => { nameScrollingBoxes(); nameCopyButtons(); openReceiptsOfRows(); markExternalLinks(); printReceipts(); }));
