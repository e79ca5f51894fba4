// @ts-check
/**
 * Below a page stands which of its rates are overdue for another check, as of the day of the build. A page may be read long after
 * that: here the reader's clock decides. Every rate is already in the list, the first to be due first; this only shows and hides.
 */

/**
 * @param {string} due the last day (2026-12-01) on which a rate counts as fresh
 * @param {Date} now
 * @returns {boolean}
 */
export function isOverdue(due, now) {
  return /^\d{4}-\d{2}-\d{2}$/.test(due) && now.getTime() >= Date.parse(`${due}T00:00:00Z`) + 86_400_000;
}

function decide() {
  const now = new Date();
  document.querySelectorAll("[data-rates-overdue]").forEach((list) => {
    count(list, now);
    list.querySelectorAll("[data-rates-more]").forEach((more) => count(more, now));
  });
  document.querySelectorAll(".figure[data-due]").forEach((figure) => {
    figure.toggleAttribute("data-overdue", isOverdue(figure.getAttribute("data-due") ?? "", now));
  });
}

/**
 * Shows the overdue rates of a list and says how many they are; without one, the list itself is hidden.
 * @param {Element} list @param {Date} now
 */
function count(list, now) {
  const rates = [...list.querySelectorAll("[data-due]")];
  const overdue = rates.filter((rate) => isOverdue(rate.getAttribute("data-due") ?? "", now));
  rates.forEach((rate) => rate.toggleAttribute("hidden", !overdue.includes(rate)));
  list.toggleAttribute("hidden", overdue.length === 0);
  const counted = list.querySelector("[data-count]");
  if (counted) counted.textContent = String(overdue.length);
}

if (typeof document !== "undefined") {
  const { document$: pages } = /** @type {Window & {document$?: {subscribe: (next: () => void) => void}}} */ (window);
  if (pages) pages.subscribe(() => setTimeout(decide));
  else decide();
}
