/**
 * What a result shows of a section: the words around the first ones that were found, or how the section begins. Its table would be a
 * wall of numbers, its listing a screen of code. `html`: the text of the section as the theme has marked it; a tag that the cut leaves
 * open is closed by the browser.
 */
function excerpt(html) {
  const marked = html.split("<mark>")
  const begins = /^(?:[^]*?<\/(?:p|pre|ul|ol)>){2}/.exec(html)
  const shown = marked.length > 1 ? marked.slice(0, 4).join("<mark>") : begins ? begins[0] : html
  return shown.replace(/[^<>]+/g, shortened)

  function shortened(run, at, text) {
    const words = run.match(/\s*\S+\s*/g) || []
    if (words.length <= 22)
      return run
    const leadsToMark = text.startsWith("<mark>", at + run.length)
    const followsMark = text.slice(0, at).endsWith("</mark>")
    const start = followsMark || !leadsToMark ? words.slice(0, 16).join("") : ""
    const end = leadsToMark ? words.slice(-4).join("") : ""
    return `${start}… ${end}`
  }
}
