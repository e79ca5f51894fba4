// @ts-check
/**
 * Below a page stands when its rates were verified. If, by the reader's clock, the first of them is due for another look, say so:
 * the build could not know how long its pages would be read.
 */

/**
 * @param {string} due the day (2026-12-01) after which a rate counts as old
 * @param {Date} now
 * @returns {boolean}
 */
export function isStale(due, now) {
  return /^\d{4}-\d{2}-\d{2}$/.test(due) && now.getTime() >= Date.parse(`${due}T00:00:00Z`) + 86_400_000;
}

function tell() {
  document.querySelectorAll("[data-rates-due]").forEach((line) => {
    const due = line.getAttribute("data-rates-due") ?? "";
    if (!isStale(due, new Date()) || line.querySelector("[data-live]")) return;
    const warning = document.createElement("strong");
    warning.setAttribute("data-live", "");
    warning.className = "rates-verified__stale";
    warning.textContent = " That is longer ago than this guide allows: check with the source before you rely on a figure.";
    line.append(warning);
  });
}

if (typeof document !== "undefined") {
  /** @type {any} */
  const page = window;
  if (page.document$) page.document$.subscribe(() => setTimeout(tell));
  else tell();
}
