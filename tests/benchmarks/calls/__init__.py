"""Ten thousand premium calls on PostgreSQL: beside Tryton's invoices, and beside the floor."""
