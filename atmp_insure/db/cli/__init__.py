"""Commands of whoever runs the machine: schema, keys, backups, worker and scheduled jobs."""
