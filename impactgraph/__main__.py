"""``python -m impactgraph``."""

from impactgraph.cli import main

if __name__ == "__main__":
    main()
