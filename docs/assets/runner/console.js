// The console of a function in the page: part of the worker's script. What AWS's runtime client changes goes to the log with a time, a request
// id and a level; what it leaves to Node.js (dir, dirxml) goes there as it is, indented by console.group. Tables look like Node.js's.
// Not here: that a warning of Node.js's own names the process, and that it comes later.
const consoleOf = ({ log, raw }) => {
  const { format, value: inspected } = inspect;
  const counts = new Map(), timers = new Map();
  const now = performance.now.bind(performance);
  let groups = 0;

  const plain = (text) => raw(text.replace(/^/gm, "  ".repeat(groups)));
  const warning = (text) => log("ERROR", `Warning: ${text}`);

  function elapsed(label, method) {
    const start = timers.get(label);
    if (start === undefined) return warning(`No such label '${label}' for console.${method}()`);
    const ms = now() - start;
    return ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`;
  }

  const own = {
    log: (...values) => log("INFO", ...values),
    dir: (value, { depth } = {}) => plain(inspected(value, { depth: depth === null ? Infinity : depth })),
    dirxml: (...values) => plain(format(...values)),
    table: (data, properties) => (data === null || typeof data !== "object" ? log("INFO", data) : log("INFO", table(data, properties))),
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
    timeLog(label = "default", ...values) {
      const time = elapsed(`${label}`, "timeLog");
      if (time) log("INFO", `${label}: ${time}`, ...values);
    },
    timeEnd(label = "default") {
      const time = elapsed(`${label}`, "timeEnd");
      if (time) log("INFO", `${label}: ${time}`);
      timers.delete(`${label}`);
    },
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
  for (const level of ["trace", "debug", "info", "warn", "error", "fatal"]) own[level] = (...values) => log(level.toUpperCase(), ...values);
  own.groupCollapsed = own.group;
  return own;

  /** Rows and columns of what the data holds, as console.table draws them in Node.js. */
  function table(data, properties) {
    if (data instanceof Map) return drawn([iterations(data), ["Key", [...data.keys()].map(cell)], ["Values", [...data.values()].map(cell)]]);
    if (data instanceof Set) return drawn([iterations(data), ["Values", [...data].map(cell)]]);
    const names = Object.keys(data), columns = Object.create(null), values = [];
    names.forEach((name, row) => {
      const item = data[name];
      if (item === null || (typeof item !== "object" && typeof item !== "function")) return void (values[row] = cell(item));
      for (const key of properties ?? Object.keys(item)) (columns[key] ??= [])[row] = Object.hasOwn(item, key) ? cell(item[key]) : "";
    });
    return drawn([["(index)", names], ...Object.entries(columns), ...(values.length ? [["Values", values]] : [])]);
  }

  function iterations(data) {
    return ["(iteration index)", Array.from(data, (_, index) => index)];
  }

  function cell(value) {
    const depth = value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 2 ? -1 : 0;
    return inspected(value, { depth, width: Infinity });
  }

  function drawn(columns) {
    const height = Math.max(...columns.map(([, cells]) => cells.length));
    const rows = Array.from({ length: height }, (_, row) => columns.map(([, cells]) => `${cells[row] ?? ""}`));
    const widths = columns.map(([head], index) => Math.max(head.length, ...rows.map((row) => row[index].length)) + 2);
    const rule = (left, between, right) => left + widths.map((width) => "─".repeat(width)).join(between) + right;
    const line = (cells) => `│${cells.map((text, index) => ` ${text.padEnd(widths[index] - 1)}`).join("│")}│`;
    return [rule("┌", "┬", "┐"), line(columns.map(([head]) => head)), rule("├", "┼", "┤"), ...rows.map(line), rule("└", "┴", "┘")].join("\n");
  }
};
