"""From blobs to edges. Pure: values in, values out; trees are read through the value they are given as."""
