"""The models of llmage (元境), one file per family. Pages are the headings of its document."""
