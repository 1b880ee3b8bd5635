"""The search: an index of all current codes, the query language, synonyms and spelling. See docs/search.md."""
