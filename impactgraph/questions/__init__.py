"""The questions a user can ask, one file each: they compose the stages and hold no rule of their own."""
