"""How a repository's test bill grew, by which law, and where it leads; values in, values out."""
