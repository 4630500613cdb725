"""The text of a trace: which calls and values it shows, and how each is formatted.

From outside use ``layout`` (`format_trace`, `lay_out`, `Layout`), ``text_options`` (`TextOptions`), ``path_roots``,
``scrubbers`` and ``matchers``. A text is made in one direction: visible calls, lines of each call (``call_lines``,
``value_text``), equal subtrees folded (``folding``), numbers for objects (``numbering``). A field of an event is in a
text only if ``call_lines`` names it.
"""
