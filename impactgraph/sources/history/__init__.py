"""What earlier test runs did: one journal per running process, and a SQLite database that finished ones are ingested into.

Both lie in ``history/`` of the cache directory. A journal belongs to the process that writes it until that process is gone; the database
is used by one process at a time, under a lock. What can't be ingested now stays a journal: whoever comes next takes it.
"""
