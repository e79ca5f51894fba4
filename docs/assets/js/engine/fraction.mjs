// @ts-check
/** Exact numbers: one BigInt over another, in lowest terms. No float touches money. */

const PLAIN_DECIMAL = /^(\d+|\d{1,3}(_\d{3})+)(\.\d+)?$/;
/** Of a number: more than anything that was ever counted, and few enough for arithmetic without end. */
export const MOST_CHARACTERS = 100;

export class Fraction {
  /**
   * @param {bigint} numerator
   * @param {bigint} [denominator]
   */
  constructor(numerator, denominator = 1n) {
    if (denominator === 0n) throw new RangeError("a number cannot be divided by zero");
    const divisor = common(numerator, denominator) * (denominator < 0n ? -1n : 1n);
    /** @readonly */ this.numerator = numerator / divisor;
    /** @readonly */ this.denominator = denominator / divisor;
    Object.freeze(this);
  }

  /**
   * The value of a plain decimal (1_000_000, 0.0000166667), or null for anything else: no sign, exponent, comma or NaN.
   * Underscores only set groups of three digits apart: in 1_0 a digit or two were lost.
   * @param {unknown} value text, a BigInt, a whole number, or a fraction already
   * @returns {Fraction | null}
   */
  static parse(value) {
    if (value instanceof Fraction) return value;
    const text = String(value);
    if (text.length > MOST_CHARACTERS || !PLAIN_DECIMAL.test(text)) return null;
    const [whole, places = ""] = text.replaceAll("_", "").split(".");
    return new Fraction(BigInt(whole + places), 10n ** BigInt(places.length));
  }

  /**
   * Like parse, for values that must be right.
   * @param {unknown} value
   */
  static of(value) {
    const parsed = Fraction.parse(value);
    if (parsed === null) throw new RangeError(`'${value}' is not a plain positive decimal such as 120 or 0.25`);
    return parsed;
  }

  /** @param {Fraction} other */
  plus(other) {
    return new Fraction(this.numerator * other.denominator + other.numerator * this.denominator, this.denominator * other.denominator);
  }

  /** @param {Fraction} other */
  minus(other) {
    return new Fraction(this.numerator * other.denominator - other.numerator * this.denominator, this.denominator * other.denominator);
  }

  /** @param {Fraction} other */
  times(other) {
    return new Fraction(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** @param {Fraction} other */
  over(other) {
    return new Fraction(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  /**
   * Negative, zero or positive, as this is less than, equal to or more than the other.
   * @param {Fraction} other
   */
  compare(other) {
    const difference = this.numerator * other.denominator - other.numerator * this.denominator;
    return difference < 0n ? -1 : Number(difference > 0n);
  }

  /** The least whole number that is not less. */
  ceiling() {
    const { numerator, denominator } = this;
    const whole = numerator / denominator; // towards zero
    return new Fraction(whole + (numerator > 0n && numerator % denominator !== 0n ? 1n : 0n));
  }

  get isZero() {
    return this.numerator === 0n;
  }

  get isWhole() {
    return this.denominator === 1n;
  }
}

export const ZERO = new Fraction(0n);
export const ONE = new Fraction(1n);

/** @param {Fraction} first @param {Fraction} second */
export const least = (first, second) => (first.compare(second) <= 0 ? first : second);

/** @param {Fraction} first @param {Fraction} second */
export const most = (first, second) => (first.compare(second) >= 0 ? first : second);

/** @param {Iterable<Fraction>} values */
export function sum(values) {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/** @param {bigint} a @param {bigint} b the greatest common divisor, never zero for b other than zero */
function common(a, b) {
  let [large, small] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (small) [large, small] = [small, large % small];
  return large;
}
