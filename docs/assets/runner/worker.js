// @ts-check
// Lambda's side of a function in the page: loads the reader's module, calls its handler, tells the page what came of it. It does what
// AWS's runtime client for Node.js does (npm: aws-lambda-ric), and words errors as that does; the tests compare the two. Runs as a
// classic worker in an opaque origin, without network, storage or page. The page is trusted, the module is not: what the module
// could replace later (JSON, performance, a message's data, the port's methods) is taken hold of before it is loaded.

/**
 * @typedef {{order: "init", code: string, settings: {functionName: string, region: string, memoryMb: string, responseBytes: number}}} InitOrder
 * @typedef {{order: "invoke", event: string, id: string, timeoutMs: number}} InvokeOrder
 * @typedef {import("../js/function-in-page/message.mjs").Message} Message
 * @typedef {{lacks?: string, unparsed?: boolean}} Facts what this page knows of an error: see Thrown beside Message
 * @typedef {(event: unknown, context: object) => unknown} Handler
 */
{
  const MODULE = "file:///var/task/index.mjs";
  const LINES = 200, CHARACTERS = 20_000; // of log that one call may print; a loop must not fill the page
  const NAME = 300; // characters of an error's name
  const TIME = "2026-11-25T00:00:00.000Z".length;
  const TOLD_MS = 100; // between two messages on how much a call has logged
  const CALLBACK =
    "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a " +
    "supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";
  const { parse, stringify } = JSON;
  const { apply } = Reflect;
  const now = performance.now.bind(performance);
  const clock = Date.now;
  const { format } = inspect;
  const { slice } = String.prototype;
  /** @param {object} holder @param {string} name */
  const getter = (holder, name) => /** @type {() => unknown} */ (/** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(holder, name)).get);
  const dataOf = getter(MessageEvent.prototype, "data");
  const encode = TextEncoder.prototype.encode.bind(new TextEncoder());
  const sizeOf = getter(Object.getPrototypeOf(Uint8Array.prototype), "byteLength");

  /** @type {(message: Message) => void} */ let send;
  /** @type {InitOrder["settings"]} */ let settings;
  /** @type {BufferedInvokeProcessor} */ let processor;
  /** @type {string} */ let code;
  /** @type {string} */ let moduleUrl;
  let requestId = "-";
  let left = { lines: LINES, characters: CHARACTERS };
  let written = 0; // bytes that the call has logged, shown or not
  let told = 0;
  let started = 0;

  addEventListener("message", ({ ports: [port] }) => {
    send = MessagePort.prototype.postMessage.bind(port);
    port.onmessage = (event) => {
      const order = /** @type {InitOrder | InvokeOrder} */ (apply(dataOf, event, []));
      if (order.order === "init") init(order);
      else invoke(order);
    };
    send({ kind: "ready" });
  }, { once: true });

  /**
   * INIT: load the module and find the handler.
   * @param {InitOrder} order
   */
  async function init(order) {
    ({ settings, code } = order);
    begin("-");
    try {
      processor = new BufferedInvokeProcessor(handlerOf(await load()));
      send({ kind: "initialized", ms: now() - started, written });
    } catch (error) {
      fail("Init Error", "init error", error);
    }
  }

  /** @param {InvokeOrder} order */
  async function invoke({ event, id, timeoutMs }) {
    begin(id);
    const deadline = clock() + timeoutMs;
    const context = {
      functionName: settings.functionName,
      functionVersion: "$LATEST",
      invokedFunctionArn: `arn:aws:lambda:${settings.region}:123456789012:function:${settings.functionName}`,
      memoryLimitInMB: settings.memoryMb,
      awsRequestId: id,
      logGroupName: `/aws/lambda/${settings.functionName}`,
      logStreamName: "function-in-page",
      getRemainingTimeInMillis: () => deadline - clock(),
    };
    try {
      const result = await processor.handler(parse(event), context);
      const body = serialized(result);
      const ms = now() - started;
      if (bytes(body) > settings.responseBytes) send({ kind: "too large", ms, written });
      else send({ kind: "response", ms, written, body });
    } catch (error) {
      fail("Invoke Error", "error", error);
    }
  }

  /** Named as AWS's, and the handler called as its method, so that the first line of a stack trace reads as it does on Lambda. */
  class BufferedInvokeProcessor {
    /** @param {Handler} handler */
    constructor(handler) {
      this.handler = handler;
    }
  }

  /** @param {string} id */
  function begin(id) {
    requestId = id;
    left = { lines: LINES, characters: CHARACTERS };
    written = 0;
    started = told = now();
  }

  /** @param {string} where @param {string} kind @param {unknown} thrown */
  function fail(where, kind, thrown) {
    const ms = now() - started;
    const error = asNodeWordsIt(thrown);
    log("ERROR", where, `\t${logged(error)}`);
    send({ kind, ms, written, error: described(error) });
  }

  async function load() {
    moduleUrl = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    try {
      return await import(moduleUrl);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const unparsed = !String(error.stack).includes(moduleUrl);
      throw own(named("Runtime.UserCodeSyntaxError", String(error), error.stack), { unparsed });
    }
  }

  /** @param {{handler?: unknown, default?: {handler?: unknown}}} module */
  function handlerOf(module) {
    const handler = module.handler || module.default?.handler;
    if (!handler) throw named("Runtime.HandlerNotFound", "index.handler is undefined or not exported");
    if (typeof handler !== "function") throw named("Runtime.HandlerNotFound", "index.handler is not a function");
    if (handler.length >= 3) throw named("Runtime.CallbackHandlerDeprecated", CALLBACK);
    return /** @type {Handler} */ (handler);
  }

  /** @param {unknown} result */
  function serialized(result) {
    try {
      return stringify(result === undefined ? null : result) ?? "null";
    } catch {
      throw named("Runtime.JSONStringifyError", "Unable to stringify response body");
    }
  }

  /**
   * An error of the runtime's own.
   * @param {string} name
   * @param {string} message
   */
  function named(name, message, stack = `${name}: ${message}`) {
    return Object.assign(new Error(message), { name, stack });
  }

  /**
   * What this page knows of an error, out of the sight of what logs it: that the module does not parse, what the page lacks.
   * @type {WeakMap<object, Facts>}
   */
  const known = new WeakMap();
  /** @param {Error} error @param {Facts} facts */
  function own(error, facts) {
    known.set(error, facts);
    return error;
  }

  /**
   * What browsers say of a module that cannot be loaded, and of endless recursion, in Node.js's words; other errors as they are.
   * @param {unknown} error
   */
  function asNodeWordsIt(error) {
    if (!(error instanceof Error) || known.has(error)) return error;
    if (error instanceof ReferenceError) {
      const [, word] = /^(?:Can't find variable: )?([\w$]+)/.exec(error.message) ?? [];
      const inModule = /^(require|module|exports|__filename|__dirname)$/.test(`${word}`);
      const instead = word === "require" ? ", you can use import instead" : "";
      return inModule ? reworded(error, `${word} is not defined in ES module scope${instead}`) : own(error, { lacks: word });
    }
    if (error.name === "InternalError" && error.message === "too much recursion") {
      return Object.assign(new RangeError("Maximum call stack size exceeded"), { stack: error.stack });
    }
    if (!(error instanceof TypeError && /module|specifier/i.test(error.message))) return error;
    const [, specifier] = /specifier:? ?["'“‘]([^"'”’\n]+)/.exec(error.message) ?? /module: (?!blob:)(\S+)/.exec(error.message) ?? firstImport() ?? [];
    if (!specifier) return error;
    const [message, kind] = notFound(specifier);
    return own(Object.assign(new Error(message), { code: kind, stack: `Error [${kind}]: ${message}` }), { lacks: specifier });
  }

  const firstImport = () => /(?:\bimport|\bfrom)\s*\(?\s*["']([^"'\n]+)["']/.exec(code);

  /** @param {string} specifier */
  function notFound(specifier) {
    const [scheme] = /^(?!node:)[a-z]+:(?=\/\/)/.exec(specifier) ?? [];
    if (scheme) return [`Only URLs with a scheme in: file and data are supported by the default ESM loader. Received protocol '${scheme}'`, "ERR_UNSUPPORTED_ESM_URL_SCHEME"];
    const path = /^\.{0,2}\//.test(specifier) && new URL(specifier, MODULE).pathname;
    const what = path ? `module '${path}'` : `package '${specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")}'`;
    return [`Cannot find ${what} imported from /var/task/index.mjs`, "ERR_MODULE_NOT_FOUND"];
  }

  /** @param {Error} error @param {string} message */
  function reworded(error, message) {
    const Kind = /** @type {ErrorConstructor} */ (error.constructor);
    const changed = new Kind(message);
    changed.stack = String(error.stack).replace(error.message, message);
    return changed;
  }

  /**
   * {errorType, errorMessage, trace}, as Lambda answers it, and what this page knows besides.
   * @param {unknown} error
   */
  function described(error) {
    try {
      if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: cut(String(error), CHARACTERS), trace: [] };
      return { errorType: cut(String(error.name), NAME), errorMessage: cut(String(error.message), CHARACTERS), trace: trace(error), ...known.get(error) };
    } catch {
      return { errorType: "handled", errorMessage: "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack", trace: [] };
    }
  }

  /**
   * The same, as Lambda logs it.
   * @param {unknown} thrown
   */
  function logged(thrown) {
    /** @type {Error & {code?: unknown}} */
    const error = thrown instanceof Error ? thrown : named("Error", String(thrown));
    const { stack, ...properties } = error;
    try {
      return stringify({ errorType: typeof error.name === "string" ? cut(error.name, NAME) : error.name, errorMessage: error.message, code: error.code, ...properties, stack: trace(error) });
    } catch {
      return stringify(described(thrown));
    }
  }

  /**
   * The lines of an error's stack, as if the module lay where Lambda puts it, without the lines of this script.
   * @param {Error} error
   */
  function trace(error) {
    const head = cut(error.message ? `${cut(`${error.name}`, NAME)}: ${error.message}` : `${error.name}`, CHARACTERS);
    const stack = cut(String(error.stack ?? ""), CHARACTERS);
    const lines = (stack.startsWith(head.split("\n")[0]) || / {4}at /.test(stack) || !stack.includes("@") ? stack : `${head}\n${stack}`).split("\n");
    return lines
      .filter((line) => line && !line.includes(location.href))
      .map((line) => line.replace(/^(?:async\*)?([^@\s]*)@(blob:.*)$/, (_, name, place) => (name ? `    at ${name} (${place})` : `    at ${place}`)))
      .map((line) => line.replaceAll(moduleUrl, MODULE));
  }
  inspect.stack = (error) => trace(error).join("\n");

  /** @param {string} text @param {number} most */
  const cut = (text, most) => apply(slice, text, [0, most]);
  const bytes = (/** @type {string} */ text) => /** @type {number} */ (apply(sizeOf, encode(text), []));

  /** @param {string} level @param {unknown[]} values */
  function log(level, ...values) {
    const text = format(...values);
    if (left.lines > 0) raw([new Date().toISOString(), requestId, level, text].join("\t"));
    else count(TIME + requestId.length + level.length + 3 + bytes(text)); // the same without making the line, which nobody will see
  }

  /**
   * One event of the log. All count, but no more are shown than fit the page.
   * @param {string} text
   */
  function raw(text) {
    count(bytes(text));
    if (left.lines > 0) show(text);
  }

  /**
   * Bytes of an event, to which comes the end of its line; now and then the page is told how many they are by now.
   * @param {number} more
   */
  function count(more) {
    written += more + 1;
    if (left.lines > 0 || now() - told < TOLD_MS) return;
    told = now();
    send({ kind: "written", written });
  }

  /** @param {string} text */
  function show(text) {
    const shown = cut(text, left.characters);
    left = { lines: left.lines - 1, characters: left.characters - shown.length };
    send({ kind: "log", text: shown, written });
    if (left.lines && left.characters) return;
    left.lines = 0;
    const rest = `This page shows the first ${LINES} log lines or ${CHARACTERS.toLocaleString("en")} characters of an invocation; Lambda keeps, and bills, them all.`;
    send({ kind: "log", text: rest, written });
  }

  Object.assign(console, consoleOf({ log: (level, ...values) => log(level, ...(values.length ? values : [undefined])), raw }));

  // What nobody catches ends the process that Node.js is on Lambda.
  /** @param {unknown} thrown @param {boolean} rejected */
  const exit = (thrown, rejected) => {
    const error = asNodeWordsIt(thrown);
    const text = error instanceof Error ? trace(error).join("\n") : String(error);
    written += bytes(text) + 1;
    send?.({ kind: "exit", ms: now() - started, written, text: cut(text, CHARACTERS), rejected, lacks: known.get(/** @type {object} */ (error))?.lacks });
  };
  addEventListener("error", (event) => exit(event.error ?? event.message, false));
  addEventListener("unhandledrejection", (event) => exit(event.reason, true));

  // What Node.js has and a browser has under another name, or for secure pages only.
  /** @param {object} holder @param {string} name @param {unknown} value */
  const define = (holder, name, value) => Object.defineProperty(holder, name, { value, configurable: true, writable: true });
  define(globalThis, "global", globalThis);
  define(globalThis, "setImmediate", (/** @type {TimerHandler} */ callback, /** @type {unknown[]} */ ...values) => setTimeout(callback, 0, ...values));
  define(globalThis, "clearImmediate", clearTimeout);
  if (!crypto.randomUUID) define(crypto, "randomUUID", uuid);
  // What Lambda has and this page cannot have: it fails as it does on Lambda, and the page says why.
  define(globalThis, "fetch", async () => {
    throw own(Object.assign(new TypeError("fetch failed"), { stack: "TypeError: fetch failed" }), { lacks: "fetch" });
  });
  if (!crypto.subtle) {
    const missing = () => {
      throw own(new TypeError("crypto.subtle is not available"), { lacks: "crypto.subtle" });
    };
    define(crypto, "subtle", new Proxy({}, { get: missing }));
  }
  // A worker of the function's own would outlive the call, and Node.js has none under this name.
  delete /** @type {{Worker?: unknown}} */ (globalThis).Worker;

  function uuid() {
    const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
    digits[6] = `4${digits[6][1]}`;
    digits[8] = `${"89ab"[parseInt(digits[8][0], 16) & 3]}${digits[8][1]}`;
    return digits.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }
}
