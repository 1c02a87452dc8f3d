"""The models of pxz, one file per family. Pages are the headings of its document."""
