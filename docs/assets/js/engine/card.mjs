// @ts-check
/**
 * The rate card that the build hands to a page: twin of RateCard in macros/rates.py, for the dimensions a page asked for.
 * Its JSON is made, and its shape documented, by card_data in macros/browser.py. No price stands in any script.
 */

import { Fraction } from "./fraction.mjs";

const VERSION = 1;

/** Something was asked for that the card does not hold. The message is one line that names it. */
export class NoRate extends Error {
  name = "NoRate";
}

/**
 * @typedef {{up_to: string | null, price: string | null}} Tier
 * @typedef {{label: string, unit: string, per: string, tiers: Tier[], free: boolean, verified: string, source: {title: string, url: string}}} Rate
 * @typedef {{label: string, unit: string, none: string}} Unpriced a dimension without a price; `none` says why
 * @typedef {{amount: string, covers: string[], pooled_over: string}} FreeTier
 * @typedef {{max: string, min: string | null, step: string | null}} Quota
 * @typedef {{version: number, on: string, region: string, place: string, currency: string, rates: Record<string, Rate | Unpriced>,
 *   free_tiers: Record<string, FreeTier>, rules: Record<string, string | boolean>, quotas: Record<string, Quota | null>}} CardData
 */

export class Card {
  /** @param {string} json */
  constructor(json) {
    /** @type {CardData} */
    this.data = JSON.parse(json);
    if (this.data.version !== VERSION) throw new NoRate(`the page's rate card has version ${this.data.version}; this program reads ${VERSION}`);
  }

  get on() {
    return this.data.on;
  }

  get region() {
    return this.data.region;
  }

  /**
   * What a dimension costs. Unknown is not zero: throws NoRate, naming dimension, region and day.
   * @param {string} dimension
   * @returns {Rate}
   */
  price(dimension) {
    const rate = this.data.rates[dimension];
    if (!rate) throw new NoRate(`the page's rate card has no price dimension '${dimension}'`);
    if ("none" in rate) throw new NoRate(rate.none);
    return rate;
  }

  /**
   * A billing rule that is a number.
   * @param {string} name
   */
  rule(name) {
    return Fraction.of(this.#rule(name));
  }

  /**
   * Whether a billing rule that is a yes or a no is a yes.
   * @param {string} name
   */
  holds(name) {
    return this.#rule(name) === true;
  }

  /** @param {string} name */
  #rule(name) {
    if (!(name in this.data.rules)) throw new NoRate(`the billing rule '${name}' has no value on ${this.on}`);
    return this.data.rules[name];
  }

  /**
   * A limit, or null where there is no evidence of one on the card's day: then there is nothing to hold a value against.
   * Throws NoRate where the card lacks the limit altogether.
   * @param {string} name
   */
  quota(name) {
    if (!(name in this.data.quotas)) throw new NoRate(`there is no quota '${name}'`);
    const quota = this.data.quotas[name];
    if (quota === null) return null;
    /** @param {string | null} text */
    const bound = (text) => (text === null ? null : Fraction.of(text));
    return { max: Fraction.of(quota.max), min: bound(quota.min), step: bound(quota.step) };
  }

  /** The allowances in force, in the order of the rates file. */
  get freeTiers() {
    return Object.entries(this.data.free_tiers).map(([name, { amount, covers, pooled_over }]) => ({
      name,
      covers,
      amount: Fraction.of(amount),
      pooledOver: pooled_over,
    }));
  }
}
