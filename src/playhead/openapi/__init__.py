"""Check recorded exchanges against an OpenAPI document, and write a contract as one. Pure, except for the validator."""
