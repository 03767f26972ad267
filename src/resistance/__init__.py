"""The living review of cancer drug resistance: models, evidence, references, site and build."""

__version__ = "0.1.0"
