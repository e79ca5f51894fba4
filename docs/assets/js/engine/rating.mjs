// @ts-check
/**
 * Rating: quantities x rate card -> a bill. Twin of macros/rating.py, where the rules of billing are told with their sources:
 * usage of one dimension is pooled first, a free tier comes off the lowest usage and counts towards the tier bounds.
 */

import { NoRate } from "./card.mjs";
import { grouped, exact } from "./formatting.mjs";
import { Fraction, ZERO, least, most, sum } from "./fraction.mjs";

/**
 * @typedef {import("./card.mjs").Card} Card
 * @typedef {import("./metering.mjs").Usage} Usage
 * @typedef {{upTo: Fraction | null, quantity: Fraction, price: string, per: Fraction, cost: Fraction}} TierCharge
 *   `quantity` units charged at `price` USD for every `per` units
 * @typedef {{name: string, quantity: Fraction, amount: Fraction, pooledOver: string}} Allowance
 *   what a free tier takes off a line, the whole monthly allowance, and what shares it: "account" or "region"
 */

/** One dimension of a bill: what was used, what of it is free, what the rest costs, tier by tier. Costs in USD. */
export class LineItem {
  /**
   * @param {string} dimension
   * @param {import("./card.mjs").Rate} rate
   * @param {Usage[]} usages
   * @param {Allowance | null} allowance
   * @param {TierCharge[]} tiers
   */
  constructor(dimension, rate, usages, allowance, tiers) {
    this.dimension = dimension;
    this.rate = rate;
    this.unit = rate.unit;
    this.usages = usages;
    this.allowance = allowance;
    this.tiers = tiers;
    this.quantity = sum(usages.map((usage) => usage.quantity));
    this.billable = allowance ? this.quantity.minus(allowance.quantity) : this.quantity;
    this.cost = sum(tiers.map((tier) => tier.cost));
  }
}

/** Line items and their total, in USD, exact. */
export class Bill {
  /**
   * @param {Card} card
   * @param {boolean} freeTier
   * @param {LineItem[]} lines
   */
  constructor(card, freeTier, lines) {
    this.card = card;
    this.freeTier = freeTier;
    this.lines = lines;
    this.total = sum(lines.map((line) => line.cost));
  }
}

/**
 * The bill of a month's usages. Throws NoRate where a dimension has no price, or usage reaches a tier whose price is not known.
 * @param {Usage[]} usages
 * @param {Card} card
 * @param {{freeTier: boolean}} options
 */
export function rate(usages, card, { freeTier }) {
  /** @type {Map<string, Usage[]>} */
  const pools = new Map();
  for (const usage of usages) pools.set(usage.dimension, [...(pools.get(usage.dimension) ?? []), usage]);
  const quantities = new Map([...pools].map(([dimension, pool]) => [dimension, sum(pool.map((usage) => usage.quantity))]));
  const allowances = freeTier ? allowancesOf(quantities, card) : new Map();
  const lines = [...pools].map(([dimension, pool]) => line(dimension, pool, allowances.get(dimension) ?? null, card));
  return new Bill(card, freeTier, lines);
}

/**
 * What each dimension gets of the free tiers.
 * @param {Map<string, Fraction>} quantities
 * @param {Card} card
 */
function allowancesOf(quantities, card) {
  /** @type {Map<string, Allowance>} */
  const found = new Map();
  for (const { name, covers, amount, pooledOver } of card.freeTiers) {
    let left = amount;
    for (const dimension of covers) {
      const used = quantities.get(dimension);
      if (!used) continue;
      const taken = least(left, used);
      found.set(dimension, { name, quantity: taken, amount, pooledOver });
      left = left.minus(taken);
    }
  }
  return found;
}

/**
 * @param {string} dimension
 * @param {Usage[]} pool
 * @param {Allowance | null} allowance
 * @param {Card} card
 */
function line(dimension, pool, allowance, card) {
  const rate = card.price(dimension);
  const quantity = sum(pool.map((usage) => usage.quantity));
  return new LineItem(dimension, rate, pool, allowance, charges(dimension, rate, allowance?.quantity ?? ZERO, quantity, card));
}

/**
 * The charges for the usage between `free` and `quantity`, counted from zero as the tier bounds are.
 * @param {string} dimension
 * @param {import("./card.mjs").Rate} rate
 * @param {Fraction} free
 * @param {Fraction} quantity
 * @param {Card} card
 */
function charges(dimension, rate, free, quantity, card) {
  /** @type {TierCharge[]} */
  const found = [];
  const per = Fraction.of(rate.per);
  let floor = ZERO;
  for (const { up_to, price } of rate.tiers) {
    const upTo = up_to === null ? null : Fraction.of(up_to);
    const charged = most(ZERO, (upTo ? least(quantity, upTo) : quantity).minus(most(floor, free)));
    if (!charged.isZero && price === null) {
      const above = `above ${grouped(exact(floor))} ${rate.unit}s in ${card.region} on ${card.on}`;
      throw new NoRate(`${dimension}: no source gives the price ${above}`);
    }
    // The first tier shows the price even where all is free.
    if (price !== null && (!charged.isZero || floor.isZero)) {
      found.push({ upTo, quantity: charged, price, per, cost: charged.times(Fraction.of(price)).over(per) });
    }
    if (!upTo || quantity.compare(upTo) <= 0) break;
    floor = upTo;
  }
  return found;
}
