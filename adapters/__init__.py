"""The platforms: each adapter translates both ways and holds no rules."""
