"""What axe finds wrong in an open page: everything of WCAG 2.0 to 2.2, A and AA, and axe's own good practice.

Colors are looked at apart. They alone differ between light and dark, and axe takes far longer over them than over all the rest: for
each word of a code block anew. So of texts that look alike it sees the first ones.
"""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

COLORS = ["color-contrast", "link-in-text-block"]
# target-size waits for adoption in axe, not here. Into the frames of a page axe cannot look.
STRUCTURE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}, **dict.fromkeys(COLORS, {"enabled": False})},
    "iframes": False,
}
COLOR = {"runOnly": {"type": "rule", "values": COLORS}, "iframes": False}

RUN = """([context, options]) => axe.run(context, {...options, resultTypes: ['violations'], preload: false}).then(found =>
  found.violations.map(rule => [rule.id, rule.help, rule.nodes.map(node => node.target.join(' '))]))"""

# Two texts look alike when letters, everything behind them up to the page, and, for links, the text around are alike. Something that
# floats may lie over another ground than its ancestors', so it is alike only to what floats with it.
ALIKE, FIRST = "data-looks", 3
MARK = """([within, mark, first]) => {
  const grounds = new Map([[null, '']]), floats = []
  const ground = e => {
    if (!grounds.has(e)) {
      const s = getComputedStyle(e), own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode].join()
      if (['absolute', 'fixed', 'sticky'].includes(s.position)) floats.push(e)
      const place = floats.includes(e) ? '#' + floats.indexOf(e) : ''
      grounds.set(e, ground(e.parentElement) + (own === 'rgba(0, 0, 0, 0),none,1,none,normal' ? '' : '|' + own) + place)
    }
    return grounds.get(e)
  }
  const looks = e => {
    const s = getComputedStyle(e), link = e.tagName === 'A' && getComputedStyle(e.parentElement)
    const letters = [s.color, s.fontSize, s.fontWeight, s.textShadow, s.webkitTextFillColor]
    return [...letters, ground(e), ...(link ? [s.textDecorationLine, s.display, link.color, link.display] : [])].join()
  }
  const says = e => e.tagName === 'A' || e.value || [...e.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  const seen = new Map()
  document.querySelectorAll(`[${mark}]`).forEach(e => e.removeAttribute(mark))
  for (const e of document.querySelector(within).querySelectorAll('*')) {
    const box = e.getBoundingClientRect()
    if (!says(e) || box.width < 2 || !e.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue
    const how = looks(e)
    seen.set(how, (seen.get(how) || 0) + 1)
    if (seen.get(how) <= first) e.setAttribute(mark, '')
  }
  return seen.size
}"""


def prepare(page: Page) -> None:
    page.evaluate(AXE_SCRIPT)


def structure(page: Page, within: str = "html") -> list[str]:
    return _violations(page, [within], STRUCTURE)


def colors(page: Page, within: str = "html") -> list[str]:
    assert page.evaluate(MARK, [within, ALIKE, FIRST]), f"nothing in {within} has text: there are no colors to look at"
    return _violations(page, [f"[{ALIKE}]"], COLOR)


def _violations(page: Page, include: list[str], options: dict) -> list[str]:
    return [f"{rule}: {few(places)} ({words})" for rule, words, places in page.evaluate(RUN, [{"include": include}, options])]


def few(selectors: list[str]) -> str:
    return ", ".join(selectors[:3]) + (f" and {len(selectors) - 3} more" if len(selectors) > 3 else "")
