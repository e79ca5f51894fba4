// @ts-check
/** A bill as a till receipt that lies on the page: the browser's twin of the bill's receipt in macros/receipts.py. */

import { date, decimal, exact, measure, price, quantity, unit, usdToTheDigit } from "../engine/formatting.mjs";
import { Fraction } from "../engine/fraction.mjs";
import { element } from "./element.mjs";

/**
 * @typedef {import("../engine/rating.mjs").Bill} Bill
 * @typedef {import("../engine/rating.mjs").LineItem} LineItem
 */

// An amount with more digits than this is printed with as many as its factors, as they are printed, give it.
const EXACT_PLACES = 10, PLACES = 6;
const MILLION = new Fraction(1_000_000n);

/**
 * @param {string} title
 * @param {Bill} million
 * @param {Bill} one
 */
export function receipt(title, million, one) {
  const total = amount(million.total);
  const each = usdToTheDigit(Fraction.of(total.replace(/[$,]/g, "")).over(MILLION));
  return element(
    "samp",
    { class: "receipt function__receipt" },
    span("title", title),
    span("where", `${million.card.data.place}, rates of ${date(million.card.on)}, free tier not applied`),
    ...million.lines.flatMap(item),
    row("total", "Total", figure(million.total, total)),
    row("rounded", `One call: ${total} ÷ 1,000,000`, figure(one.total, each)),
    ...million.lines.flatMap((line) => freeTier(million.card, line)),
    span("rates", ...million.lines.map(rateLine)),
  );
}

/**
 * @param {Fraction} value
 * @param {string} text
 */
export const figure = (value, text) => element("data", { class: "figure", value: exact(value) }, text);

/** @param {Fraction} value */
function amount(value) {
  const [, places = ""] = usdToTheDigit(value).split(".");
  return places.length <= EXACT_PLACES ? usdToTheDigit(value) : price(decimal(value, PLACES));
}

/** @param {LineItem} line */
const item = (line) => [
  span("item", line.rate.label),
  ...line.usages
    .filter((usage) => usage.factors.length > 1)
    .map((usage) => row("line", product(usage) + (usage.note && ` (${usage.note})`), `= ${measure(usage.quantity, line.unit)}`)),
  ...line.tiers.map((tier) => {
    const per = tier.per.isWhole && tier.per.numerator === 1n ? "" : ` ÷ ${quantity(tier.per)}`;
    return row("line", `${measure(tier.quantity, line.unit)} × ${line.rate.free ? "free" : price(tier.price) + per}`, amount(tier.cost));
  }),
];

/**
 * What is free each month, for a line that a reader did not expect on the bill: that of the logs.
 * @param {import("../engine/card.mjs").Card} card
 * @param {LineItem} line
 */
function freeTier(card, { dimension, unit: name }) {
  const free = dimension.includes("logs.") && card.freeTiers.find(({ covers }) => covers.includes(dimension));
  return free ? [span("where", `The free tier covers the first ${measure(free.amount, name)} of log data each month.`)] : [];
}

/** @param {import("../engine/metering.mjs").Usage} usage */
const product = ({ factors }) =>
  factors.map((factor, index) => `${index === 0 ? "" : factor.divide ? " ÷ " : " × "}${quantity(factor.value)} ${counted(factor)}`).join("");

/**
 * The unit of a factor, which the engine names in the plural: "1 call", not "1 calls".
 * @param {import("../engine/metering.mjs").Factor} factor
 */
const counted = ({ value, unit: name }) => (value.compare(new Fraction(1n)) === 0 ? name.replace(/^(call|event|request|byte)s$/, "$1") : name);

/** @param {LineItem} line */
function rateLine({ dimension, unit: name, tiers, rate }) {
  const prices = rate.free ? "free" : `${tiers.map((tier) => price(tier.price)).join(", ")} ${unit(name, Fraction.of(rate.per))}`;
  const source = element("a", { href: rate.source.url }, rate.source.title);
  return span("rate", span("name", dimension), ` ${prices}, verified on ${date(rate.verified)}: `, source);
}

/** @param {string} kind @param {(Node | string)[]} content */
const span = (kind, ...content) => element("span", { class: `receipt__${kind}` }, ...content);

/** @param {string} kind @param {string} what @param {Node | string} result */
const row = (kind, what, result) => span(kind, span("sum", what), " ", span("amount", result));
