"""Surveillance of the literature: each chapter's search, run again from its last date, and what became of its yield."""
