// Lambda's side of a function in the page: loads the reader's module, calls its handler, tells the page what came of it. It does what
// AWS's runtime client for Node.js does (npm: aws-lambda-ric), and words errors as that does; the tests compare the two. Runs as a
// classic worker in an opaque origin, without network, storage or page. The page is trusted, the module is not: what the module
// could replace later (JSON, performance, the port's methods) is taken hold of before it is loaded.
{
  const MODULE = "file:///var/task/index.mjs";
  const LINES = 200, CHARACTERS = 20_000; // of log that one call may print; a loop must not fill the page
  const CALLBACK =
    "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a " +
    "supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";
  const { parse, stringify } = JSON;
  const now = performance.now.bind(performance);
  const clock = Date.now;
  const { format } = inspect;

  let send, settings, processor, moduleUrl;
  let requestId = "-";
  let left = { lines: LINES, characters: CHARACTERS };
  let started = 0;

  addEventListener("message", ({ ports: [port] }) => {
    send = MessagePort.prototype.postMessage.bind(port);
    port.onmessage = ({ data }) => ({ init, invoke })[data.order](data);
    send({ kind: "ready" });
  }, { once: true });

  /** INIT: load the module and find the handler. */
  async function init(order) {
    settings = order.settings;
    begin("-");
    try {
      processor = new BufferedInvokeProcessor(handlerOf(await load(order.code)));
      send({ kind: "initialised", ms: now() - started });
    } catch (error) {
      fail("Init Error", "init error", error);
    }
  }

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
      send({ kind: "response", ms: now() - started, body });
    } catch (error) {
      fail("Invoke Error", "error", error);
    }
  }

  /** Named as AWS's, and the handler called as its method, so that the first line of a stack trace reads as it does on Lambda. */
  class BufferedInvokeProcessor {
    constructor(handler) {
      this.handler = handler;
    }
  }

  function begin(id) {
    requestId = id;
    left = { lines: LINES, characters: CHARACTERS };
    started = now();
  }

  function fail(where, kind, error) {
    const ms = now() - started;
    log("ERROR", where, `\t${logged(error)}`);
    send({ kind, ms, error: described(error) });
  }

  async function load(code) {
    moduleUrl = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    try {
      return await import(moduleUrl);
    } catch (error) {
      if (error instanceof SyntaxError) throw named("Runtime.UserCodeSyntaxError", String(error), error.stack);
      throw asNodeWordsIt(error, code);
    }
  }

  function handlerOf(module) {
    const handler = module.handler || module.default?.handler;
    if (!handler) throw named("Runtime.HandlerNotFound", "index.handler is undefined or not exported");
    if (typeof handler !== "function") throw named("Runtime.HandlerNotFound", "index.handler is not a function");
    if (handler.length >= 3) throw named("Runtime.CallbackHandlerDeprecated", CALLBACK);
    return handler;
  }

  function serialized(result) {
    try {
      return stringify(result === undefined ? null : result) ?? "null";
    } catch {
      throw named("Runtime.JSONStringifyError", "Unable to stringify response body");
    }
  }

  /** An error of the runtime's own. */
  function named(name, message, stack = `${name}: ${message}`) {
    return Object.assign(new Error(message), { name, stack });
  }

  /** What browsers say of a module that cannot be loaded, in Node.js's words; other errors as they are. */
  function asNodeWordsIt(error, code) {
    if (error instanceof ReferenceError) {
      const [, word] = /^(?:Can't find variable: )?(require|module|exports|__filename|__dirname)\b/.exec(error.message) ?? [];
      const instead = word === "require" ? ", you can use import instead" : "";
      if (word) return reworded(error, `${word} is not defined in ES module scope${instead}`);
    }
    const [, specifier] = /(?:\bimport|\bfrom)\s*\(?\s*["']([^"'\n]+)["']/.exec(code) ?? [];
    if (specifier && error instanceof TypeError && /module|specifier/i.test(error.message)) {
      const [message, kind] = notFound(specifier);
      return Object.assign(named("Error", message, `Error [${kind}]: ${message}`), { code: kind, specifier });
    }
    return error;
  }

  function notFound(specifier) {
    const [scheme] = /^(?!node:)[a-z]+:(?=\/\/)/.exec(specifier) ?? [];
    if (scheme) return [`Only URLs with a scheme in: file and data are supported by the default ESM loader. Received protocol '${scheme}'`, "ERR_UNSUPPORTED_ESM_URL_SCHEME"];
    const path = /^\.{0,2}\//.test(specifier) && new URL(specifier, MODULE).pathname;
    const what = path ? `module '${path}'` : `package '${specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")}'`;
    return [`Cannot find ${what} imported from /var/task/index.mjs`, "ERR_MODULE_NOT_FOUND"];
  }

  function reworded(error, message) {
    const changed = new error.constructor(message);
    changed.stack = String(error.stack).replace(error.message, message);
    return changed;
  }

  /** {errorType, errorMessage, trace}, as Lambda answers it. */
  function described(error) {
    try {
      if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
      return { errorType: String(error.name), errorMessage: String(error.message), trace: trace(error), imported: error.specifier };
    } catch {
      return { errorType: "handled", errorMessage: "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack", trace: [] };
    }
  }

  /** The same, as Lambda logs it. */
  function logged(thrown) {
    const error = thrown instanceof Error ? thrown : named("Error", String(thrown));
    const { specifier, stack, ...properties } = error;
    try {
      return stringify({ errorType: error.name, errorMessage: error.message, code: error.code, ...properties, stack: trace(error) });
    } catch {
      return stringify(described(thrown));
    }
  }

  /** The lines of an error's stack, as if the module lay where Lambda puts it, without the lines of this script. */
  function trace(error) {
    const head = error.message ? `${error.name}: ${error.message}` : String(error.name);
    const stack = String(error.stack ?? "");
    const lines = (stack.startsWith(head.split("\n")[0]) || / {4}at /.test(stack) || !stack.includes("@") ? stack : `${head}\n${stack}`).split("\n");
    return lines
      .filter((line) => line && !line.includes(location.href))
      .map((line) => line.replace(/^(?:async\*)?([^@\s]*)@(blob:.*)$/, (_, name, place) => (name ? `    at ${name} (${place})` : `    at ${place}`)))
      .map((line) => line.replaceAll(moduleUrl, MODULE));
  }
  inspect.stack = (error) => trace(error).join("\n");

  function log(level, ...values) {
    if (left.lines === 0) return;
    const text = format(...values);
    const shown = text.slice(0, left.characters);
    left = { lines: left.lines - 1, characters: left.characters - shown.length };
    send({ kind: "log", level, text: shown, id: requestId, at: new Date().toISOString() });
    if (left.lines && left.characters) return;
    left.lines = 0;
    send({ kind: "log cut", text: `This page shows the first ${LINES} log lines or ${CHARACTERS.toLocaleString("en")} characters of a call; Lambda keeps them all.` });
  }
  for (const level of ["trace", "debug", "info", "warn", "error"]) console[level] = log.bind(null, level.toUpperCase());
  console.log = console.info;

  // What nobody catches ends the process that Node.js is on Lambda.
  const exit = (thrown) => {
    const text = thrown instanceof Error ? trace(thrown).join("\n") : String(thrown);
    send?.({ kind: "exit", ms: now() - started, text: text.slice(0, CHARACTERS) });
  };
  addEventListener("error", (event) => exit(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => exit(event.reason));
}
