"""The evidence tables and claims: load, validate, query.

Chapters use :func:`table`; everything else here serves the checks and the site.
"""

from resistance.evidence.schema import SchemaError, TableSchema, load_schema, table_names
from resistance.evidence.tables import TableError, check_table, table

__all__ = ["SchemaError", "TableError", "TableSchema", "check_table", "load_schema", "table", "table_names"]
