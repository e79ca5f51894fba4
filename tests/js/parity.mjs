// @ts-check
// Reads one order a line and answers each with one line: the bill, exact and as text, or the error. Run by tests/parity.py.
//   {"define": name, "card": {...}}                                      a rate card for the orders that follow; the answer is its name
//   {"card": name or {...}, "workload": {...}, "free_tier": bool}        a bill
//   {"numerator": ..., "denominator": ..., "unit": ...}                  a number with each of the formats
import { createInterface } from "node:readline";

import { Card } from "../../docs/assets/js/engine/card.mjs";
import * as text from "../../docs/assets/js/engine/formatting.mjs";
import { Fraction } from "../../docs/assets/js/engine/fraction.mjs";
import { meter } from "../../docs/assets/js/engine/metering.mjs";
import { rate } from "../../docs/assets/js/engine/rating.mjs";
import { read } from "../../docs/assets/js/engine/workload.mjs";

/**
 * @typedef {import("../../docs/assets/js/engine/card.mjs").CardData} CardData
 * @typedef {{define: string, card: CardData}} Definition
 * @typedef {{card: string | CardData, workload: unknown, free_tier: boolean}} BillOrder
 * @typedef {{numerator: string, denominator: string, unit: string}} NumberOrder
 */

/** @param {Fraction} value */
const quotient = ({ numerator, denominator }) => `${numerator}/${denominator}`;
/** @type {Map<string | CardData, Card>} */
const cards = new Map();

/** @param {Definition} order */
function define({ define, card }) {
  cards.set(define, new Card(JSON.stringify(card)));
  return define;
}

/** @param {BillOrder} order */
function bill({ card, workload, free_tier }) {
  const rates = cards.get(card) ?? new Card(JSON.stringify(card));
  const bill = rate(meter(read(workload), rates), rates, { freeTier: free_tier });
  const usages = bill.lines.flatMap((line) => line.usages);
  return {
    data: text.billData(bill),
    exact: {
      total: quotient(bill.total),
      lines: bill.lines.map((line) => [line.dimension, quotient(line.quantity), quotient(line.billable), quotient(line.cost)]),
      factors: usages.map((usage) => usage.factors.map(({ value, unit, divide }) => [quotient(value), unit, divide])),
      allowances: bill.lines.map(({ allowance: free }) => free && [free.name, quotient(free.quantity), quotient(free.amount), free.pooledOver]),
    },
    text: [text.usd(bill.total), ...bill.lines.flatMap((line) => [text.usd(line.cost), text.measure(line.quantity, line.unit)])],
    notes: usages.map((usage) => usage.note),
  };
}

/**
 * A number with each of the formats.
 * @param {NumberOrder} order
 */
function formats({ numerator, denominator, unit }) {
  const value = new Fraction(BigInt(numerator), BigInt(denominator));
  return {
    decimal: [0, 2, 6].map((places) => text.decimal(value, places)),
    exact: text.exact(value),
    quantity: text.quantity(value),
    usd: text.usd(value),
    measure: text.measure(value, unit),
    unit: text.unit(unit, value),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    /** @type {Definition | BillOrder | NumberOrder} */
    const order = JSON.parse(line);
    answer = "define" in order ? define(order) : "numerator" in order ? formats(order) : bill(order);
  } catch (thrown) {
    const error = /** @type {Error} */ (thrown);
    // A slip of the program is no answer: only the two kinds of error that the engine documents are.
    answer = ["NoRate", "WorkloadError"].includes(error.name) ? { error: error.message } : { slip: error.stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
