"""SQLite through SQLAlchemy Core: the ports' implementations. Nobody outside knows which database it is."""
