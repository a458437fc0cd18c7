"""What a changed file that is no module can break: documentation, settings, requirements, locks, data."""
