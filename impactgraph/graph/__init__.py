"""What reaches what: the closure of a graph, and the chains in it."""
