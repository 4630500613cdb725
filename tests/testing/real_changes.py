"""Three real projects with trace snapshots, and ten realistic changes in each, with what a headline must name.

The projects are libraries that the tests install anyway; each is copied, so that it can be edited.
"""

from __future__ import annotations

__all__ = ["CHANGES", "TESTS", "Edit"]

from typing import NamedTuple


class Edit(NamedTuple):
    """One edit in a project.

    Attributes:
        project: The name of the package.
        path: The module, below the package.
        old: A text that occurs in it.
        new: What takes its place.
        cause: What the headline must contain: the function that behaves differently, and how.
    """

    project: str
    path: str
    old: str
    new: str
    cause: str


TESTS = {
    "itsdangerous": """
from contextlib import suppress
from itsdangerous import BadSignature, Signer, URLSafeSerializer

def test_cart(traced, trace_snapshot):
    with traced("itsdangerous.*") as trace, suppress(BadSignature):
        serializer = URLSafeSerializer("key", salt="cart")
        text = serializer.dumps({"id": 5, "items": [1, 2, 3], "note": "x" * 60})
        serializer.loads(text)
        signer = Signer("key")
        signer.unsign(signer.sign("a.b"))
        signer.validate("broken")
        signer.validate("a.b")
    assert trace == trace_snapshot
""",
    "mdurl": """
import mdurl

def test_url(traced, trace_snapshot):
    with traced("mdurl.*") as trace:
        url = mdurl.parse("http://ann:secret@example.org:8080/a b/c?q=1#top")
        mdurl.encode(mdurl.format(url))
        mdurl.decode("a%20b%C3%A9%2Fc%zz")
        mdurl.parse("//host/path", slashes_denote_host=True)
        mdurl.encode("a%20b [x] \\u00e9", exclude="")
        mdurl.format(mdurl.parse("HTTP://[::1]/x"))
    assert trace == trace_snapshot
""",
    "markdown_it": """
from markdown_it import MarkdownIt

PAGE = '''# Title #

Some *text* with `code`, a [link](/a b "t") and ![alt](x.png).

---

- one
- two

> quoted <b>

```py
x = 1 < 2
```
'''

def test_page(traced, trace_snapshot):
    parser = MarkdownIt()
    with traced("markdown_it.*") as trace:
        parser.render(PAGE)
    assert trace == trace_snapshot
""",
}

CHANGES = [
    Edit("itsdangerous", "encoding.py", '.rstrip(b"=")', "", "base64_encode returned"),
    Edit("itsdangerous", "encoding.py", 'errors="ignore"', 'errors="strict"', "want_bytes called with errors:"),
    Edit("itsdangerous", "encoding.py", "s = s.encode(encoding, errors)", "s = s.encode()[:4]", "want_bytes returned"),
    Edit(
        "itsdangerous",
        "signer.py",
        "return value + self.sep + self.get_signature(value)",
        "return value + self.get_signature(value)",
        "sign returned",
    ),
    Edit("itsdangerous", "signer.py", ".rsplit(self.sep, 1)", ".split(self.sep, 1)", "verify_signature called with"),
    Edit(
        "itsdangerous",
        "signer.py",
        'default_key_derivation: str = "django-concat"',
        'default_key_derivation: str = "hmac"',
        "_lazy_sha1 ",
    ),
    Edit(
        "itsdangerous",
        "signer.py",
        "hmac.compare_digest(sig, self.get_signature(key, value))",
        "bool(sig)",
        "get_signature removed under verify_signature",
    ),
    Edit(
        "itsdangerous",
        "signer.py",
        "        except BadSignature:\n            return False",
        "        except BadSignature:\n            return None",
        "validate returned None, was False",
    ),
    Edit(
        "itsdangerous",
        "url_safe.py",
        "if len(compressed) < (len(json) - 1):",
        "if False:",
        "base64_encode called with",
    ),
    Edit(
        "itsdangerous",
        "serializer.py",
        "payload = want_bytes(self.dump_payload(obj))",
        "payload = self.dump_payload(obj)",
        "want_bytes removed under dumps",
    ),
    Edit("mdurl", "_encode.py", "[2:].upper())", "[2:])", "get_encode_cache returned"),
    Edit("mdurl", "_encode.py", "if keep_escaped and code == 0x25 and i + 2 < l:", "if False:", "encode returned"),
    Edit(
        "mdurl", "_encode.py", 'ENCODE_DEFAULT_CHARS = ";/?:', 'ENCODE_DEFAULT_CHARS = "/?:', "get_encode_cache called"
    ),
    Edit(
        "mdurl", "_decode.py", 'DECODE_DEFAULT_CHARS = ";/?:', 'DECODE_DEFAULT_CHARS = ";?:', "get_decode_cache called"
    ),
    Edit("mdurl", "_decode.py", "result += all_bytes.decode()", 'result += "?"', "repl_func_with_cache returned"),
    Edit(
        "mdurl",
        "_parse.py",
        "            self.parse_host(host)",
        "            self.hostname = host",
        "parse_host removed under parse",
    ),
    Edit("mdurl", "_parse.py", "self.auth = auth", "self.auth = None", "url_parse returned"),
    Edit("mdurl", "_format.py", '"//" if url.slashes else ""', '"/" if url.slashes else ""', "format returned"),
    Edit("mdurl", "_format.py", 'result += url.hash or ""', "pass", "format returned"),
    Edit(
        "mdurl",
        "_parse.py",
        "u.parse(url, slashes_denote_host)",
        "u.parse(url, False)",
        "parse called with slashes_denote",
    ),
    Edit("markdown_it", "common/utils.py", 'raw = raw.replace("<", "&lt;")', "pass", "escapeHtml returned"),
    Edit("markdown_it", "rules_block/heading.py", "level = 1\n", "level = 2\n", "push called with tag: 'h1' -> 'h2'"),
    Edit("markdown_it", "rules_block/hr.py", "if cnt < 3:", "if cnt < 4:", "push removed under hr"),
    Edit(
        "markdown_it",
        "rules_inline/backticks.py",
        'state.push("code_inline", "code", 0)',
        'state.push("code_inline", "tt", 0)',
        "push called with tag: 'code' -> 'tt'",
    ),
    Edit(
        "markdown_it",
        "rules_inline/link.py",
        "href = state.md.normalizeLink(res.str)",
        "href = res.str",
        "normalizeLink removed under link",
    ),
    Edit("markdown_it", "renderer.py", 'result += ">\\n" if needLf else ">"', 'result += ">"', "renderToken returned"),
    Edit(
        "markdown_it",
        "rules_block/blockquote.py",
        'state.push("blockquote_open", "blockquote", 1)',
        'state.push("blockquote_open", "quote", 1)',
        "push called with tag:",
    ),
    Edit(
        "markdown_it",
        "rules_block/list.py",
        'state.push("bullet_list_open", "ul", 1)',
        'state.push("bullet_list_open", "ol", 1)',
        "push called with tag: 'ul' -> 'ol'",
    ),
    Edit(
        "markdown_it",
        "rules_inline/image.py",
        'state.push("image", "img", 0)',
        'state.push("image", "picture", 0)',
        "push called with tag: 'img' -> 'pic",
    ),
    Edit(
        "markdown_it",
        "common/normalize_url.py",
        "return bool(GOOD_DATA_RE.search(url)) if BAD_PROTO_RE.search(url) else True",
        "return False",
        "validateLink returned False, was True",
    ),
]
