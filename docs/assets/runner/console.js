// @ts-check
// The console of a function in the page: part of the worker's script. What AWS's runtime client changes goes to the log with a time, a request
// id and a level; what it leaves to Node.js (dir, dirxml) goes there as it is, indented by console.group. Tables look like Node.js's.
// Not here: that a warning of Node.js's own names the process, and that it comes later.

/**
 * @param {{log: (level: string, ...values: unknown[]) => void, raw: (text: string) => void}} to
 *   `log` writes a line with a level, `raw` one without
 */
const consoleOf = ({ log, raw }) => {
  const { format, value: inspected } = inspect;
  /** @type {Map<string, number>} */ const counts = new Map();
  /** @type {Map<string, number>} */ const timers = new Map();
  const now = performance.now.bind(performance);
  let groups = 0;

  const plain = (/** @type {string} */ text) => raw(text.replace(/^/gm, "  ".repeat(groups)));
  const warning = (/** @type {string} */ text) => log("ERROR", `Warning: ${text}`);

  /** @param {string} label @param {string} method */
  function elapsed(label, method) {
    const start = timers.get(label);
    if (start === undefined) return warning(`No such label '${label}' for console.${method}()`);
    const ms = now() - start;
    return ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`;
  }

  const own = {
    log: (/** @type {unknown[]} */ ...values) => log("INFO", ...values),
    /** @param {unknown} value @param {{depth?: number | null}} [options] */
    dir: (value, { depth } = {}) => plain(inspected(value, { depth: depth === null ? Infinity : depth })),
    dirxml: (/** @type {unknown[]} */ ...values) => plain(format(...values)),
    /** @param {unknown} data @param {string[]} [properties] */
    table: (data, properties) => (data === null || typeof data !== "object" ? log("INFO", data) : log("INFO", table(data, properties))),
    /** @param {unknown} holds @param {unknown[]} values */
    assert(holds, ...values) {
      if (holds) return;
      if (typeof values[0] === "string") log("WARN", `Assertion failed: ${values[0]}`, ...values.slice(1));
      else log("WARN", "Assertion failed", ...values);
    },
    count(label = "default") {
      counts.set(`${label}`, (counts.get(`${label}`) ?? 0) + 1);
      log("INFO", `${label}: ${counts.get(`${label}`)}`);
    },
    countReset: (label = "default") => void (counts.delete(`${label}`) || warning(`Count for '${label}' does not exist`)),
    time: (label = "default") => void (timers.has(`${label}`) ? warning(`Label '${label}' already exists for console.time()`) : timers.set(`${label}`, now())),
    /** @param {string} label @param {unknown[]} values */
    timeLog(label = "default", ...values) {
      const time = elapsed(`${label}`, "timeLog");
      if (time) log("INFO", `${label}: ${time}`, ...values);
    },
    timeEnd(label = "default") {
      const time = elapsed(`${label}`, "timeEnd");
      if (time) log("INFO", `${label}: ${time}`);
      timers.delete(`${label}`);
    },
    /** @param {unknown[]} values */
    group(...values) {
      if (values.length) log("INFO", ...values);
      groups += 1;
    },
    groupEnd: () => void (groups = Math.max(0, groups - 1)),
    clear() {},
    timeStamp() {},
    profile() {},
    profileEnd() {},
  };
  const levels = ["trace", "debug", "info", "warn", "error", "fatal"].map((level) => {
    return [level, (/** @type {unknown[]} */ ...values) => log(level.toUpperCase(), ...values)];
  });
  return { ...own, ...Object.fromEntries(levels), groupCollapsed: own.group };

  /**
   * Rows and columns of what the data holds, as console.table draws them in Node.js.
   * @param {object} data
   * @param {string[]} [properties]
   */
  function table(data, properties) {
    if (data instanceof Map) return drawn([iterations(data), ["Key", [...data.keys()].map(cell)], ["Values", [...data.values()].map(cell)]]);
    if (data instanceof Set) return drawn([iterations(data), ["Values", [...data].map(cell)]]);
    const names = Object.keys(data);
    /** @type {Record<string, string[]>} */ const columns = Object.create(null);
    /** @type {string[]} */ const values = [];
    names.forEach((name, row) => {
      const item = /** @type {Record<string, unknown>} */ (data)[name];
      if (item === null || (typeof item !== "object" && typeof item !== "function")) return void (values[row] = cell(item));
      for (const key of properties ?? Object.keys(item)) (columns[key] ??= [])[row] = Object.hasOwn(item, key) ? cell(/** @type {Record<string, unknown>} */ (item)[key]) : "";
    });
    /** @type {Column[]} */ const last = values.length ? [["Values", values]] : [];
    return drawn([["(index)", names], ...Object.entries(columns), ...last]);
  }

  /** @typedef {[string, (string | number)[]]} Column its head and its cells */

  /** @param {Iterable<unknown>} data @returns {Column} */
  function iterations(data) {
    return ["(iteration index)", Array.from(data, (_, index) => index)];
  }

  /** @param {unknown} value */
  function cell(value) {
    const depth = value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 2 ? -1 : 0;
    return inspected(value, { depth, width: Infinity });
  }

  /** @param {Column[]} columns */
  function drawn(columns) {
    const height = Math.max(...columns.map(([, cells]) => cells.length));
    const rows = Array.from({ length: height }, (_, row) => columns.map(([, cells]) => `${cells[row] ?? ""}`));
    const widths = columns.map(([head], index) => Math.max(head.length, ...rows.map((row) => row[index].length)) + 2);
    /** @param {string} left @param {string} between @param {string} right */
    const rule = (left, between, right) => left + widths.map((width) => "─".repeat(width)).join(between) + right;
    const line = (/** @type {string[]} */ cells) => `│${cells.map((text, index) => ` ${text.padEnd(widths[index] - 1)}`).join("│")}│`;
    return [rule("┌", "┬", "┐"), line(columns.map(([head]) => head)), rule("├", "┼", "┤"), ...rows.map(line), rule("└", "┴", "┘")].join("\n");
  }
};
