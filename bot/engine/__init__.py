"""The engine: takes jobs from queued to their end, whatever happens in between."""
