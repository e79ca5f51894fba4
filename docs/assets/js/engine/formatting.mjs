// @ts-check
/** Numbers -> text, twin of macros/formatting.py. The only place that rounds: once, half up, when a number becomes text. */

import { Fraction } from "./fraction.mjs";

/** @typedef {import("./rating.mjs").Bill} Bill */

const NO_END = 12; // places of a quotient that does not end, in data for machines
const MONTHS = "January February March April May June July August September October November December".split(" ");

/**
 * Rounded half up to so many places: an eighth with two is "0.13".
 * @param {Fraction} value
 * @param {number} places
 */
export function decimal(value, places) {
  const negative = value.numerator < 0n;
  const scaled = (negative ? -value.numerator : value.numerator) * 10n ** BigInt(places);
  let digits = String((2n * scaled + value.denominator) / (2n * value.denominator));
  if (places) {
    digits = digits.padStart(places + 1, "0");
    digits = `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }
  return negative && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

/**
 * Every digit as a plain decimal; where a quotient does not end, half up at 12 places.
 * @param {Fraction} value
 */
export function exact(value) {
  let [rest, twos, fives] = [value.denominator, 0, 0];
  for (; rest % 2n === 0n; twos += 1) rest /= 2n;
  for (; rest % 5n === 0n; fives += 1) rest /= 5n;
  return trimmed(decimal(value, rest === 1n ? Math.max(twos, fives) : NO_END));
}

/**
 * Without zeros at the end, but with at least so many places.
 * @param {string} text
 */
function trimmed(text, least = 0) {
  const [whole, fraction] = text.split(".");
  if (fraction === undefined) return text;
  const kept = fraction.replace(/0+$/, "").padEnd(least, "0");
  return kept ? `${whole}.${kept}` : whole;
}

/**
 * Thousands set apart: 1000000.5 -> 1,000,000.5.
 * @param {string} text
 */
export function grouped(text) {
  const [whole, ...fraction] = text.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}

/**
 * A quantity for people: 3,000,000; 931.322575; 0.00000931323. Six places, below one six digits that count; none that is zero.
 * @param {Fraction} value
 */
export const quantity = (value) => grouped(trimmed(decimal(value, 6 + zerosAfterPoint(value))));

/**
 * How many zeros follow the point of a number below one: 2 for 0.00123; none for zero and for numbers from one on.
 * @param {Fraction} value
 */
function zerosAfterPoint({ numerator, denominator }) {
  let [zeros, size] = [0, 10n * (numerator < 0n ? -numerator : numerator)];
  for (; size && size < denominator; zeros += 1) size *= 10n;
  return zeros;
}

/**
 * Money for people: two decimals, below a cent four digits that count.
 * @param {Fraction} value
 */
export function usd(value) {
  const zeros = zerosAfterPoint(value);
  return zeros < 2 ? dollars(grouped(decimal(value, 2))) : dollars(trimmed(decimal(value, zeros + 4), 2));
}

/**
 * Money to the last digit, two at least.
 * @param {Fraction} value
 */
export const usdToTheDigit = (value) => dollars(grouped(trimmed(exact(value).replace(/^[^.]*$/, "$&.00"), 2)));

/** @param {string} text */
const dollars = (text) => (text.startsWith("-") ? `-$${text.slice(1)}` : `$${text}`);

/**
 * A price with the digits that the rates file writes.
 * @param {string} text
 */
export const price = (text) => dollars(grouped(text));

/**
 * What a price is for: "per GB-second", "per 1,000,000 requests".
 * @param {string} name
 * @param {Fraction} per
 */
export const unit = (name, per) => (per.compare(new Fraction(1n)) === 0 ? `per ${name}` : `per ${quantity(per)} ${plural(name)}`);

/**
 * requests, GB-seconds, GB-months, counts per 10 s; symbols such as GB, ms and USD stay as they are.
 * @param {string} name
 */
export function plural(name) {
  const [counted, ...base] = name.split(" per ");
  const last = /** @type {string} */ (counted.split("-").at(-1));
  const ending = /[a-z]/.test(last) && last === last.toLowerCase() && counted.length > 2 ? "s" : "";
  return [`${counted}${ending}`, ...base].join(" per ");
}

/**
 * A quantity with its unit: "400,000 GB-seconds", "1 request". What is only counted needs no word for it: "5", "1,000 per 10 s".
 * @param {Fraction} value
 * @param {string} name
 */
export const measure = (value, name) =>
  `${quantity(value)} ${(value.compare(new Fraction(1n)) === 0 ? name : plural(name)).replace(/^counts?( |$)/, "")}`.trimEnd();

/**
 * 2015-02-07 -> 7 February 2015.
 * @param {string} day
 */
export function date(day) {
  const [year, month, number] = day.split("-").map(Number);
  return `${number} ${MONTHS[month - 1]} ${year}`;
}

/**
 * A bill for machines: what `python -m macros bill --json` prints, every number a plain decimal string.
 * @param {Bill} bill
 */
export const billData = (bill) => ({
  on: bill.card.on,
  region: bill.card.region,
  currency: bill.card.data.currency,
  free_tier: bill.freeTier,
  total: exact(bill.total),
  lines: bill.lines.map((line) => ({
    dimension: line.dimension,
    unit: line.unit,
    quantity: exact(line.quantity),
    billable: exact(line.billable),
    cost: exact(line.cost),
    tiers: line.tiers.map((tier) => ({
      up_to: tier.upTo && exact(tier.upTo),
      quantity: exact(tier.quantity),
      price: exact(Fraction.of(tier.price).over(tier.per)), // of one unit, so that quantity x price = cost
      cost: exact(tier.cost),
    })),
  })),
});
