"""The providers: one file for each third-party HTTP service, above one shared HTTP client."""
