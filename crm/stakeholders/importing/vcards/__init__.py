"""vCards (.vcf) of 2.1, 3.0 and 4.0: from lines to properties, from properties to a table."""

from crm.stakeholders.importing.vcards.table import is_vcards, read_vcards

__all__ = ["is_vcards", "read_vcards"]
