"""OpenAPI documents: recorded exchanges held against them, and a contract written as one. Pure, but for a validator."""
