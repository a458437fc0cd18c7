"""Which tests can a change break? Test selection for pytest from the graph of imports, safe first, then narrow."""
