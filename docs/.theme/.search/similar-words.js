/**
 * The query of a reader, in words that the index has. Filler words go where others remain. A word that no word of the index begins
 * with becomes the most similar one: throttles -> throttled, fraknfurt -> frankfurt, sao -> são, coldstart -> cold start.
 *
 * `query`: the reader's words as the theme prepares them, each with a * behind it unless it carries an operator.
 */
function similarWords(query, index) {
  const FILLERS = ["many", "much", "per", "vs"] // besides those that lunr knows
  const LONGEST = 40 // letters of a word with a slip; the work grows with their square, and a link may carry any number
  const words = query.toLowerCase().split(" ")
  const told = words.filter(word => lunr.stopWordFilter(word.replace("*", "")) && !FILLERS.includes(word.replace("*", "")))
  return (told.length ? told : words).flatMap(inTheIndex).join(" ")

  function inTheIndex(word, _, all) {
    if (!/^[^+\-:~^*]+\*$/.test(word))
      return word
    const typed = word.slice(0, -1)
    /* Beside other words, 15 is no beginning of 1500, and the n of N. Virginia none of network. */
    if (all.length > 1 && /^(.|\d+)$/.test(typed) && typed in index.invertedIndex)
      return typed
    return found(word).length ? word : similar(typed)
  }

  function similar(word) {
    const stem = lunr.stemmer(new lunr.Token(word)).toString()
    if (stem.length > 3 && found(`${stem}*`).length)
      return `${stem}*`
    if (word.length > LONGEST)
      return `${word}*`
    return twoWords(word) || withEdits(word, 1) || (word.length > 6 && withEdits(word, 2)) || `${word}*`
  }

  /* Of the words that so many slips of the pen turn into the given one: that with the same letters, else the most frequent. */
  function withEdits(word, edits) {
    const likely = index.tokenSet.intersect(lunr.TokenSet.fromFuzzyString(word, edits)).toArray()
      .filter(term => term[0] === word[0] && /^[^+\-:~^*\\]+$/.test(term))
      .sort((one, other) => sameLetters(other, word) - sameLetters(one, word) || sections(other) - sections(one))
    return likely.length && `${likely[0]}*`
  }

  /* In two parts that are both words: that of which the rarer part is most frequent. */
  function twoWords(word) {
    let best = 0, parts
    for (let end = 3; end <= word.length - 3; end++) {
      const halves = [word.slice(0, end), word.slice(end)]
      const frequency = Math.min(...halves.map(sections))
      if (frequency > best)
        [best, parts] = [frequency, halves.map(half => `${half}*`)]
    }
    return parts
  }

  function found(pattern) {
    return index.tokenSet.intersect(lunr.TokenSet.fromString(pattern)).toArray()
  }

  function sections(term) {
    const { title, text, tags } = index.invertedIndex[term] || {}
    return Object.keys({ ...title, ...text, ...tags }).length
  }

  function sameLetters(term, word) {
    return term.normalize("NFD").replace(/\p{M}/gu, "") === word.normalize("NFD").replace(/\p{M}/gu, "")
  }
}
