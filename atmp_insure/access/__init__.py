"""People and their rights: users, roles within a scope, sessions, second factors, logs of what they did and read."""
