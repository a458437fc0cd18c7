"""Below the module: from changed units to the tests whose recorded runs can tell."""
