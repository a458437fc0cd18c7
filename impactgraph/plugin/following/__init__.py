"""The directory that Python is given first when a recorded test starts it, for the sake of `sitecustomize`."""
