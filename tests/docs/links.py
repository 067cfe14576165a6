#!/usr/bin/env python3
"""Follows every link of the documentation, as it is in the repository and as it is on the site that scripts/book.sh makes.

usage: tests/docs/links.py

Links to other sites are not followed.
"""

import html.parser
import pathlib
import re
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
SITE = ROOT / "target/book/html"
problems = []


def outside(link):
    return re.match(r"[a-z]+:|//", link) is not None


# In the repository: by the rules of GitHub for what a heading is called.


def without_code(text):
    """Markdown without what is shown as it is."""
    return re.sub(r"^(```|~~~).*?^\1[^\n]*$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text):
    found = {}
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", without_code(text), flags=re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        count = found[name] = found.get(name, -1) + 1
        if count:
            found[f"{name}-{count}"] = 0
    return set(found) | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


def links(text):
    text = re.sub(r"`[^`\n]*`", "", without_code(text))
    yield from re.findall(r"\]\(([^)\s]+)(?: \"[^\"]*\")?\)", text)
    yield from re.findall(r'(?:href|src|srcset)="([^"]+)"', text)


def repository():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("crates/*/README.md")]
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    for page, text in texts.items():
        for link in links(text):
            if outside(link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / urllib.parse.unquote(path)).resolve() if path else page
            if not target.exists():
                problems.append(f"{page.relative_to(ROOT)}: {link} leads nowhere")
            elif anchor and target in texts and anchor not in anchors(texts[target]):
                problems.append(f"{page.relative_to(ROOT)}: {link} names no heading")
    listed = {(ROOT / "docs" / link).resolve() for link in links(texts[ROOT / "docs/SUMMARY.md"])}
    for page in ROOT.glob("docs/**/*.md"):
        if page.name != "SUMMARY.md" and page not in listed:
            problems.append(f"docs/SUMMARY.md: does not list {page.relative_to(ROOT)}")
    return len(pages)


# On the site: by what is there.


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("id", "name"):
                self.ids.add(value)
            elif name in ("href", "src", "srcset") and value:
                self.links.append(value)


def site():
    pages = {path: Page(path) for path in SITE.rglob("*.html") if path.name not in ("404.html", "toc.html")}
    for path, page in pages.items():
        for link in page.links:
            if outside(link):
                continue
            there, _, anchor = link.partition("#")
            target = (path.parent / urllib.parse.unquote(there)).resolve() if there else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                problems.append(f"{path.relative_to(SITE)}: {link} leads nowhere")
            elif anchor and target in pages and urllib.parse.unquote(anchor) not in pages[target].ids:
                problems.append(f"{path.relative_to(SITE)}: {link} names no heading")
    if not list(SITE.glob("searchindex*.js")):
        problems.append("the site has no search index")
    return len(pages)


print(f"{repository()} pages in the repository, {site()} on the site")
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
