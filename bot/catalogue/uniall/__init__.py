"""The models of uniall, one file per family."""
