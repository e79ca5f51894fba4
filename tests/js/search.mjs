// @ts-check
// The search worker of the site, run outside a browser: asked for words, it answers with the addresses that it found.
//
//     node search.mjs WORKER INDEX < {"queries": ["frankfurt"], "everyTerm": true}
//
// prints {"found": {"frankfurt": [[{"location", "title", "text", ...}, ...], ...]}, "terms": [...], "lost": [...], "merged": false}: the
// sections found of each page, the best first; all terms of the index; the terms of which some section is not found by the term itself;
// and whether lunr takes two different nodes of its word list for the same.
import { readFileSync } from "node:fs"

const [, , worker, indexFile] = process.argv

/**
 * @typedef {{location: string, title: string, text: string}} Section
 * @typedef {{data: {items: Section[][]}}} Answer what the worker posts for a query
 * @typedef {{invertedIndex: Record<string, Record<string, object>>}} Index of each term, the sections of each field that have it
 * @typedef {{Builder: {prototype: {build: () => Index}}, TokenSet: new () => object}} Lunr
 */

/** @type {(message: Answer) => void} */
let answer = () => {}
/** @type {(data: object) => Promise<Answer>} */
let receive = () => Promise.reject(new Error("the worker listens to no messages"))

Object.assign(globalThis, {
  self: globalThis,
  /** @param {string} _ @param {(message: {data: object}) => void} listener */
  addEventListener(_, listener) { receive = data => new Promise(resolve => { answer = resolve; listener({ data }) }) },
  /** @param {Answer} message */
  postMessage: message => answer(message),
})
console.warn = message => { throw new Error(message) } // the worker answers a query that fails with nothing and a warning

new Function(readFileSync(worker, "utf8"))()

const { lunr } = /** @type {typeof globalThis & {lunr: Lunr}} */ (globalThis)
const { build } = lunr.Builder.prototype
/** @type {Index[]} */
const built = []
lunr.Builder.prototype.build = function () {
  const index = build.call(this)
  built.push(index)
  return index
}

const { config, docs } = JSON.parse(readFileSync(indexFile, "utf8"))
await receive({ type: 0, data: { config, docs, options: { suggest: false } } })
/** @param {string} query */
const ask = async query => (await receive({ type: 2, data: query })).data.items

const { queries, everyTerm } = JSON.parse(readFileSync(0, "utf8"))
/** @type {Record<string, Section[][]>} */
const found = {}
for (const query of queries)
  found[query] = await ask(query)

const { invertedIndex } = built[built.length - 1]
const lost = [], terms = Object.keys(invertedIndex)
if (everyTerm)
  for (const term of terms) {
    const shown = new Set((await ask(term)).flat().map(section => section.location))
    const { title, text, tags } = invertedIndex[term]
    if (!Object.keys({ ...title, ...text, ...tags }).every(location => shown.has(location)))
      lost.push(term)
  }

/** @param {object} edges */
function node(edges) { return Object.assign(new lunr.TokenSet(), { edges }) }
const merged = `${node({ 1: { id: 1 }, 2: { id: 1 } })}` === `${node({ 1: { id: 121 } })}`

process.stdout.write(JSON.stringify({ found, terms, lost, merged }))
