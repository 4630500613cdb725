"""How Sphinx builds these pages: ``python -m sphinx -W --keep-going -b html docs docs/_build``."""

from importlib import metadata

project = "snapy-instrument"
copyright = "the authors of snapy-instrument"
release = metadata.version("snapy-instrument")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = True
nitpick_ignore_regex = [
    # Other projects' names: pages are built without the network, so there is nothing to link to.
    (r"py:.*", r"(?!snapy_instrument).*"),
    # Type variables, and what is not made to be used.
    (r"py:(class|obj)", r"snapy_instrument\..*\.(T|F|R|P|_\w+)"),
    (
        r"py:(class|obj)",
        r"snapy_instrument\..*\.(CallIndex|EventTables|Flow|HasLayout|Layout|TextNode|TraceReaders)",
    ),
]

html_theme = "furo"
html_title = "snapy-instrument"
html_show_copyright = False

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
myst_url_schemes = ["http", "https"]

# Docstrings: `name` is code, and a link where there is such an entry.
default_role = "any"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_class_signature = "mixed"
napoleon_use_rtype = False
napoleon_use_ivar = False
