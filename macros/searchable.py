"""What the search index needs of a page's HTML: words that stand apart on the page have to stand apart in its text.

The index takes the text of a page without its tags. Where nothing but tags lies between two table cells, the words on both sides
become one, and no reader finds either. That goes for HTML of ours and for HTML that Markdown extensions make, so it is done once, here.
"""

from __future__ import annotations

import re

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor

_BLOCKS = "caption|t[dhr]|thead|tbody|tfoot|dt|dd|figcaption|summary|h[1-6]|li|p|div"
# A tab is a label followed by a label; a label before an input stays as close to it as it was.
_ENDS = re.compile(rf"(?:</(?:{_BLOCKS})>|<br\s*/?>)(?=\S)|</label>(?=<(?:label|textarea))")


class _WordsApart(Postprocessor):
    def run(self, text: str) -> str:
        return _ENDS.sub(r"\g<0> ", text)


class WordsApart(Extension):
    """A blank behind whatever ends a block, a cell, a line or the label of a tab; no browser shows it."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.postprocessors.register(_WordsApart(md), "words_apart", 0)  # the last: by then all HTML is in its place
