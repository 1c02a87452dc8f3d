"""Media at work: taken in, measured, fetched, kept and lent, all below one data folder."""
