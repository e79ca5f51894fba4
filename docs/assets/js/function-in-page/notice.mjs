// @ts-check
/** What a reader should know before trusting the page's function for Lambda's, and why something that works there fails here. */

import { element } from "./element.mjs";

const MODULES =
  "assert|async_hooks|buffer|child_process|cluster|console|crypto|dgram|diagnostics_channel|dns|events|fs|http|http2|https|module|net|os|path|" +
  "perf_hooks|process|querystring|readline|stream|string_decoder|timers|tls|tty|url|util|v8|vm|worker_threads|zlib";
const ON_LAMBDA = new RegExp(`^(node:|@aws-sdk/|(${MODULES})(/|$)|(process|Buffer|awslambda|fetch|crypto\\.subtle)$)`);

/**
 * A hint for what Lambda has and this page has not; nothing for what Lambda lacks as well.
 * @param {string} [name] a module, or a name in the code
 */
export function lacking(name) {
  if (!name || !ON_LAMBDA.test(name)) return [];
  const why = ". This page does not have it: your function runs in the browser, without Node.js, packages, files, or a network.";
  return [element("p", { class: "function__hint" }, "On Lambda, ", code(name), " is available", why)];
}

/** @param {string} timeout seconds */
export function notice(timeout) {
  const points = [
    ["The time is your computer’s. On Lambda, more memory brings more CPU; here it only changes the price."],
    ["A browser’s clock is coarse: 0.01 ms stands for anything too short for it to see."],
    ["There is no Node.js: no ", code("process"), ", no ", code("Buffer"), ", no packages, no files. Browser objects such as ", code("XMLHttpRequest"), " are here, but not on Lambda."],
    ["There is no network and no storage, and no way into this page."],
    [
      "A page cannot measure memory. The REPORT line has no ",
      code("Max Memory Used"),
      ", and a function that fills its memory runs until it times out; Lambda ends it with ",
      code("Runtime.OutOfMemory"),
      ".",
    ],
    [`An invocation may take ${timeout} seconds, as with a new function. On Lambda you can raise that limit.`],
    ["The environment stays until you change the code or the memory, leave the page, or wait a minute. Lambda keeps it for some minutes, and starts more of them when invocations overlap."],
    ["Between invocations, Lambda freezes the environment. Here, timers and promises that you did not wait for run on."],
    ["The log has no ", code("INIT_START"), " line, and warnings of Node.js’s own are shorter. The receipt counts the bytes of the lines that you see, and of those that were too many to show."],
  ];
  return element(
    "div",
    { class: "function__notice", "data-live": true },
    element("p", {}, element("strong", {}, "This runs in your own browser, not on AWS."), " Nothing is sent anywhere, and nothing is charged."),
    element("details", {}, element("summary", {}, "What differs from Lambda"), element("ul", {}, ...points.map((point) => element("li", {}, ...point)))),
  );
}

/** @param {string} text */
const code = (text) => element("code", {}, text);
