// @ts-check
// AWS's Node.js runtime client talks to the Runtime API through a C++ addon, which is the only part of it that needs a compiler.
// This takes that addon's place: three functions, the same Runtime API. All else (loading the handler, errors, logs) is AWS's.
import { request } from "node:http";
import { createRequire, registerHooks } from "node:module";

const own = import.meta.url + "?addon";

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "./rapid-client.node" ? { url: own, format: "commonjs", shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === own ? { format: "commonjs", source: "module.exports = globalThis.rapidClient", shortCircuit: true } : next(url, context),
});

const [host, port] = /** @type {{AWS_LAMBDA_RUNTIME_API: string}} */ (process.env).AWS_LAMBDA_RUNTIME_API.split(":");
/** @type {Promise<unknown>} */
let sent = Promise.resolve();

/**
 * @param {string} method
 * @param {string} path
 * @param {string} [body]
 * @param {import("node:http").OutgoingHttpHeaders} [headers]
 */
function call(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const sending = request({ host, port, method, path: `/2018-06-01/runtime/invocation/${path}`, headers }, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, bodyJson: Buffer.concat(chunks).toString() }));
    });
    sending.on("error", reject).end(body);
  });
}

/** @param {string} path @param {string} body @param {import("node:http").OutgoingHttpHeaders} [headers] */
const post = (path, body, headers) => {
  sent = call("POST", path, body, { "Content-Length": Buffer.byteLength(body), ...headers });
};

const rapidClient = {
  initializeClient() {},
  next: () => sent.then(() => call("GET", "next")),
  done: (/** @type {string} */ id, /** @type {string} */ body) => post(`${id}/response`, body),
  /** @param {string} id @param {string} body @param {string} xray */
  error: (id, body, xray) => post(`${id}/error`, body, { "Lambda-Runtime-Function-XRay-Error-Cause": xray }),
};
Object.assign(globalThis, { rapidClient });
