// @ts-check
// How console.log writes values in Node.js (node:util's format and inspect), in small: what a handler is likely to print. Part of the
// worker's script. Not here: long arrays in columns, numbered circles, what a promise holds, custom inspectors.
const inspect = (() => {
  const WIDTH = 80, DEPTH = 2, ITEMS = 100;
  const UNITED = 3; // levels of objects that may stand on one line
  let deepest = DEPTH, widest = WIDTH; // of the value that is being written
  let latest = 0; // the level of the object that was begun last
  const NAME = /^[a-zA-Z_][a-zA-Z_0-9]*$/;

  /** @param {string} text */
  function quoted(text) {
    const mark = ["'", '"', "`"].find((candidate) => !text.includes(candidate)) ?? "'";
    const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
    return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
  }

  /** @param {unknown} value */
  function simple(value) {
    if (typeof value === "string") return quoted(value);
    if (typeof value === "bigint") return `${value}n`;
    if (Object.is(value, -0)) return "-0";
    if (typeof value === "function") return named(value);
    return typeof value === "object" && value !== null ? null : String(value);
  }

  /** @param {Function} value */
  function named(value) {
    const source = Function.prototype.toString.call(value);
    const heir = Object.getPrototypeOf(value)?.name;
    if (source.startsWith("class")) return `[class ${value.name || "(anonymous)"}${heir ? ` extends ${heir}` : ""}]`;
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    return `[${kind}${value.name ? `: ${value.name}` : " (anonymous)"}]`;
  }

  /**
   * @param {object} holder
   * @param {string | symbol} key
   * @param {number} level
   * @param {unknown[]} above
   */
  function property(holder, key, level, above) {
    const found = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(holder, key));
    const name = typeof key === "symbol" ? `[${String(key)}]` : NAME.test(key) ? key : quoted(key);
    const accessors = [found.get && "Getter", found.set && "Setter"].filter(Boolean).join("/");
    return `${name}: ${accessors ? `[${accessors}]` : write(found.value, level + 1, above)}`;
  }

  /** @param {object} value @param {string} usual */
  function prefix(value, usual, size = "") {
    const proto = Object.getPrototypeOf(value);
    const name = proto === null ? `[${usual}${size}: null prototype]` : `${proto.constructor?.name ?? usual}${size}`;
    return name === usual && usual === "Object" ? "" : `${name} `;
  }

  /**
   * What stands before the opening brace, the braces, and what stands between them.
   * @param {object} value
   * @param {number} level
   * @param {unknown[]} above
   * @returns {[string, string, string, string[]]}
   */
  function parts(value, level, above) {
    const inner = (/** @type {unknown} */ item) => write(item, level + 1, above);
    const keys = Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const list = /** @type {ArrayLike<unknown>} */ (value);
      const items = [];
      for (let index = 0; index < list.length && items.length < ITEMS; index += 1) {
        let holes = 0;
        while (index < list.length && !(index in list)) [holes, index] = [holes + 1, index + 1];
        if (holes) items.push(`<${holes} empty item${holes > 1 ? "s" : ""}>`);
        if (index < list.length) items.push(inner(list[index]));
      }
      const more = list.length - ITEMS;
      if (more > 0) items.push(`... ${more} more item${more > 1 ? "s" : ""}`);
      const others = keys.filter((key) => typeof key === "symbol" || !/^\d+$/.test(key)).map((key) => property(value, key, level, above));
      const name = Array.isArray(value) ? prefix(value, "Array", `(${list.length})`) : prefix(value, "", `(${list.length})`);
      return [name === `Array(${list.length}) ` ? "" : name, "[", "]", [...items, ...others]];
    }
    const own = keys.map((key) => property(value, key, level, above));
    if (value instanceof Map) return [prefix(value, "Map", `(${value.size})`), "{", "}", [...[...value].map(([key, item]) => `${inner(key)} => ${inner(item)}`), ...own]];
    if (value instanceof Set) return [prefix(value, "Set", `(${value.size})`), "{", "}", [...[...value].map(inner), ...own]];
    return [prefix(value, "Object"), "{", "}", own];
  }

  /** @param {{size?: unknown}} value */
  const empty = (value) => !Object.keys(value).length && !value.size;

  /**
   * @param {unknown} given
   * @param {number} level
   * @param {unknown[]} above
   * @returns {string}
   */
  function write(given, level = 0, above = []) {
    const text = simple(given);
    if (text !== null) return text;
    const value = /** @type {object} */ (given);
    if (value instanceof Error) return inspect.stack(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    if (value instanceof RegExp) return String(value);
    if (above.includes(value)) return "[Circular]";
    if (level > deepest && !empty(value)) return Array.isArray(value) ? "[Array]" : `[${prefix(value, "Object").trim() || "Object"}]`;
    latest = level;
    const [before, open, close, content] = parts(value, level, [...above, value]);
    if (!content.length) return `${before}${open}${close}`;
    // On one line what fits there, counted as Node.js counts.
    const start = content.length + 2 * level + open.length + before.length + 10;
    const length = content.reduce((sum, item) => sum + item.length, start + content.length);
    if (latest - level < UNITED && length <= widest && !content.some((item) => item.includes("\n"))) return `${before}${open} ${content.join(", ")} ${close}`;
    const indent = " ".repeat(2 * level);
    return `${before}${open}\n${indent}  ${content.join(`,\n${indent}  `)}\n${indent}${close}`;
  }

  /** @param {string} letter @param {unknown} value */
  function replaced(letter, value) {
    if (letter === "j") return JSON.stringify(value);
    if (letter === "s") return typeof value === "object" && value !== null ? write(value, deepest) : typeof value === "bigint" ? `${value}n` : String(value);
    if (letter === "d") return typeof value === "bigint" ? `${value}n` : typeof value === "object" ? "NaN" : String(Number(value));
    if (letter === "i") return String(parseInt(/** @type {string} */ (value)));
    if (letter === "f") return String(parseFloat(/** @type {string} */ (value)));
    return letter === "c" ? "" : write(value);
  }

  return {
    /** What stands for an error: its stack. The worker says how. */
    stack: (/** @type {Error} */ error) => String(error.stack),

    /**
     * The text of a value, as deep and as wide as is asked for: `depth` is Infinity for all of it.
     * @param {unknown} value
     * @param {{depth?: number, width?: number}} [options]
     */
    value(value, { depth = DEPTH, width = WIDTH } = {}) {
      [deepest, widest] = [depth, width];
      try {
        return write(value);
      } finally {
        [deepest, widest] = [DEPTH, WIDTH];
      }
    },

    /**
     * The text of console.log(...values).
     * @param {unknown[]} values
     */
    format(...values) {
      let text = "";
      if (typeof values[0] === "string" && values.length > 1) {
        const first = /** @type {string} */ (values.shift());
        text = first.replace(/%([sdifjoOc%])/g, (mark, letter) => (letter === "%" ? "%" : values.length ? replaced(letter, values.shift()) : mark));
        if (values.length) text += " ";
      }
      return text + values.map((value) => (typeof value === "string" ? value : write(value))).join(" ");
    },
  };
})();
