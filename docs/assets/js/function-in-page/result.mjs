// @ts-check
/** What came of a test, as elements: the sentence that is also read aloud, the response, hints, the log, the receipt. */

import { grouped, usd } from "../engine/formatting.mjs";
import { element } from "./element.mjs";
import { lacking } from "./notice.mjs";
import { figure, receipt } from "./receipt.mjs";

/**
 * @typedef {import("./invocation.mjs").Outcome} Outcome
 * @typedef {import("./report.mjs").Report} Report
 */

const SHOWN = 20_000; // characters of a response or a log: a page is no place for megabytes

/**
 * @param {Outcome} outcome
 * @param {Report | null} report
 */
export function summary({ error, initMs, status: ended }, report) {
  const title = element("strong", { class: error ? "function__failed" : "function__succeeded" }, error ? `Failed: ${error.errorType}. ` : "Succeeded. ");
  if (!report) return [title, "Lambda does not start the function for such an event, and bills nothing."];
  const environment = initMs ? " A cold start: test again, and the environment is still there." : " The environment was still there: no INIT.";
  const sums = [figure(report.one.total, usd(report.one.total)), " for this call, ", figure(report.million.total, usd(report.million.total)), " for a million like it."];
  return [title, `Billed ${grouped(report.billedMs)} ms: `, ...sums, ended ? "" : environment];
}

/**
 * @param {Outcome} outcome
 * @param {Report | null} report
 * @param {string} code
 */
export const result = (outcome, report, code) => [
  ...text("Response", response(outcome)),
  ...hints(outcome, code),
  ...(report ? [...text("Function logs", report.lines.join("\n")), receipt("A million calls like this one", report.million, report.one)] : []),
];

/** @param {Outcome} outcome */
function response({ response, error }) {
  if (error) return JSON.stringify(error, null, 2);
  if (response === undefined || response.length > SHOWN) return response ?? "null"; // only its beginning is shown: not worth its lines
  try {
    return JSON.stringify(JSON.parse(response), null, 2);
  } catch {
    return response; // nested too deeply to be indented
  }
}

/**
 * @param {Outcome} outcome
 * @param {string} code
 */
function hints({ lacks, rejected, place }, code) {
  return [...lacking(lacks), ...(place ? [where(place, code)] : []), ...(rejected ? [rejection()] : [])];
}

/**
 * @param {{line: number, column: number}} place
 * @param {string} code
 */
function where({ line, column }, code) {
  const lines = code.split("\n");
  const source = lines[line - 1]?.trim();
  const text = source === undefined ? ["At the end of index.mjs, something is still open."] : [`Line ${line}, column ${column}: `, element("code", {}, source)];
  return element("p", { class: "function__hint" }, ...text, " Lambda’s own message does not name the line.");
}

const rejection = () =>
  element(
    "p",
    { class: "function__hint" },
    "Nothing caught the rejection of a promise, so Node.js 24 ended the process. With Node.js 22 and earlier, AWS’s runtime answers ",
    element("code", {}, "Runtime.UnhandledPromiseRejection"),
    " instead.",
  );

/**
 * A text with its name; long ones scroll, and can be reached with the keyboard for that.
 * @param {string} name
 * @param {string} content
 */
function text(name, content) {
  const cut = content.length > SHOWN ? `${content.slice(0, SHOWN)}\n… of ${content.length.toLocaleString("en")} characters this page shows the first ${SHOWN.toLocaleString("en")}.` : content;
  const label = element("p", { class: "function__label" }, name);
  return [label, element("pre", { class: "function__text", tabindex: "0", role: "group", "aria-label": name }, element("code", {}, cut))];
}
