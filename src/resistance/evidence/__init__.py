"""The evidence tables and claims: load, validate, query.

Chapters use :func:`table` and :func:`parameters`; everything else here serves the checks and the site.
"""

from resistance.evidence.opportunities import opportunities
from resistance.evidence.parameters import Parameters, parameters
from resistance.evidence.schema import SchemaError, TableSchema, load_schema, table_names
from resistance.evidence.tables import TableError, check_table, table

__all__ = [
    "Parameters",
    "SchemaError",
    "TableError",
    "TableSchema",
    "check_table",
    "load_schema",
    "opportunities",
    "parameters",
    "table",
    "table_names",
]
