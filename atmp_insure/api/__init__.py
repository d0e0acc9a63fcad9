"""The JSON API: its assembly, its OpenAPI document, and the resources of the platform itself."""
