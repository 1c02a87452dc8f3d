"""Operator's commands, one file each; `main` puts them together."""
