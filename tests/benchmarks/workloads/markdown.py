"""A real third-party program: markdown-it-py renders a large file."""

from __future__ import annotations

from markdown_it import MarkdownIt

CHAPTER = """# Chapter {0}: *parts* and **wholes**

A paragraph with `code`, a [link](https://example.org/{0} "title {0}"), an ![image](picture-{0}.png),
some *emphasis with **strong** inside* and a line break at the end.\\
It goes on & on, with <em>inline HTML</em> and an autolink <https://example.org/?q={0}>.

* one item of {0}
* a second item
    1. nested, with `code`
    2. nested, with **strong**
* a third

> A quotation of {0},
> over two lines.
>
> > nested once

| sku  | quantity | price |
|------|---------:|:-----:|
| pen  | {0}      | 1.50  |
| mug  | 3        | 7.10  |

```python
def chapter_{0}(number):
    return number + {0}
```

Setext heading {0}
------------------

Last words, ~~struck~~ and [referred][ref{0}].

[ref{0}]: https://example.org/reference/{0}

***

"""


def prepare(scale: float) -> str:
    """The text of the file, about 1 kB a chapter."""
    return "".join(CHAPTER.format(number) for number in range(max(1, round(60 * scale))))


def run(text: str) -> int:
    """Some 1,500 calls a chapter."""
    html: str = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    return sum(html.encode())
