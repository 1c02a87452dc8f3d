"""A month of use by many members in several communities, played on a clock of its own through the real studio."""
