"""Limits and settlement as pure rules: no clock, no store, no text."""
