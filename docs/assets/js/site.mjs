// @ts-check
/**
 * What the pages need for people who read them with a keyboard, by ear or on paper, and the build cannot print: the theme makes these
 * elements in the browser. Runs after each page, also one that instant navigation put in place.
 */

/** @type {{subscribe: (next: () => void) => void} | undefined} */
const pages = /** @type {any} */ (window).document$;

/** What scrolls sideways must be reachable with the keyboard, and have a name. */
function nameScrollingBoxes() {
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((box, index) => {
    makeReachable(box, box.querySelector("caption")?.textContent || `Table ${index + 1}`);
  });
  document.querySelectorAll("figure.chart").forEach((box, index) => {
    makeReachable(box, box.querySelector("title")?.textContent || `Chart ${index + 1}`);
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

/** With ?receipts in the address a printout shows the receipts too. A link below a page with figures goes there, and prints. */
function printReceipts() {
  const asked = () => document.documentElement.classList.toggle("print-receipts", new URLSearchParams(location.search).has("receipts"));
  asked();
  document.querySelectorAll(".rates-verified:not(:has(+ .rates-verified__print))").forEach((line) => {
    const link = document.createElement("a");
    link.href = "?receipts";
    link.textContent = "Print with receipts";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation(); // or the theme would go there instantly, and scroll to the top
      history.replaceState(history.state, "", link.href);
      asked();
      print();
    });
    const offer = document.createElement("p");
    offer.className = "rates-verified__print";
    offer.setAttribute("data-live", "");
    offer.append(link);
    line.after(offer);
  });
}

// After the theme's own subscribers, which make the elements.
pages?.subscribe(() => setTimeout(() => { nameScrollingBoxes(); nameCopyButtons(); markExternalLinks(); printReceipts(); }));
