"""Executes the book's notebooks in parallel and publishes them.

:func:`resistance.execution.execute.execute_pages` fills the execution cache from which Jupyter Book renders,
:func:`resistance.execution.notebooks.publish_notebooks` writes the executed notebooks for download, and
:func:`resistance.book.contract.check_contract` finds faults that need no execution. Nothing is imported here: the
modules that execute need libraries which take seconds to load, and a build with nothing to do must not pay for them.
"""
