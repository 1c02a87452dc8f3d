"""The models of nexus, one file per family. Pages are the headings of its document."""
