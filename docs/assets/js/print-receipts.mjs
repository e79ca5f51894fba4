// @ts-check
/**
 * With ?receipts in the address a printout shows the receipts, as numbered notes after the text; each figure gets the number of its note.
 * A link below a page with figures goes there, and prints. Everything here is seen on paper only, but for that link.
 */

export function printReceipts() {
  show();
  document.querySelectorAll(".rates-verified:not(:has(+ .rates-verified__print))").forEach((line) => line.after(offer()));
}

function show() {
  const asked = new URLSearchParams(location.search).has("receipts");
  document.documentElement.classList.toggle("print-receipts", asked);
  if (asked && !document.querySelector(".receipt-notes")) addNotes();
}

function offer() {
  const link = document.createElement("a");
  link.href = "?receipts";
  link.textContent = "Print with receipts";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation(); // or the theme would go there instantly, and scroll to the top
    history.replaceState(history.state, "", link.href);
    show();
    print();
  });
  const paragraph = onlyLive(document.createElement("p"), "rates-verified__print");
  paragraph.append(link);
  return paragraph;
}

/** Numbers in the order of the text; what only another receipt names comes after. Figures that share a receipt share its number. */
function addNotes() {
  const content = document.querySelector(".md-content__inner");
  const receipts = [...document.querySelectorAll(".md-content .receipt[id]")];
  if (!content || !receipts.length) return;
  const inText = figures(content).filter((figure) => !figure.closest(".receipt"));
  const order = [...new Set([...inText, ...figures(content)].map((figure) => figure.getAttribute("popovertarget") ?? ""))];
  const number = new Map(order.map((id, index) => [id, index + 1]));
  inText.forEach((figure) => figure.after(mark(number.get(figure.getAttribute("popovertarget") ?? ""))));
  const heading = document.createElement("h2");
  heading.textContent = "Receipts";
  const list = document.createElement("ol");
  list.append(...receipts.toSorted((a, b) => (number.get(a.id) ?? 0) - (number.get(b.id) ?? 0)).map((receipt) => note(receipt, number)));
  const notes = onlyLive(document.createElement("section"), "receipt-notes");
  notes.append(heading, list);
  content.append(notes);
}

/** @param {Element} within @returns {Element[]} */
const figures = (within) => [...within.querySelectorAll("button.figure[popovertarget]")];

/** @param {number | undefined} number */
function mark(number) {
  const note = onlyLive(document.createElement("sup"), "receipt-mark");
  note.textContent = `[${number}]`;
  return note;
}

/**
 * A receipt as a note: nothing in it can be pressed, and no id of the page stands in it twice.
 * @param {Element} receipt @param {Map<string, number>} number
 */
function note(receipt, number) {
  const copy = document.createElement("div");
  copy.className = "receipt-note";
  copy.append(...[...receipt.childNodes].map((node) => node.cloneNode(true)));
  copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
  copy.querySelectorAll("button.figure").forEach((button) => {
    const figure = document.createElement("span");
    figure.append(button.textContent ?? "", " ", mark(number.get(button.getAttribute("popovertarget") ?? "")));
    button.replaceWith(figure);
  });
  const item = document.createElement("li");
  item.append(copy);
  return item;
}

/**
 * The page without scripts has no such element.
 * @template {HTMLElement} Made
 * @param {Made} element @param {string} name
 * @returns {Made}
 */
function onlyLive(element, name) {
  element.className = name;
  element.setAttribute("data-live", "");
  return element;
}
