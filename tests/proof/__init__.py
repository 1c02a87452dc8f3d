"""The proof of the books: members, pools and the operator at once, with crashes in between, against a plain oracle."""
