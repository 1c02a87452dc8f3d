"""The bot's own small HTTP server: its health, and the files it lends to providers."""
