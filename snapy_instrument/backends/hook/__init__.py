"""The import hook: modules that match are loaded with a proxy in the place of each function.

`hook` has the public names, `install_hook` and the handle it returns. `finder` is what importlib asks, `loader` runs a
module, `compiling` and `code_cache` make its code, `definitions` receives each function as it is defined, `wrapping`
does the same to modules that were imported before, `eligibility` says which functions are better left alone, and
`ledger` and `hook_report` keep what was done. From outside, only `hook` is touched, and by `traced` also `wrapping`,
`ledger` and `eligibility`.
"""
