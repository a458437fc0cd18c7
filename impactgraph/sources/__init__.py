"""All that touches the outside: git, the disk, and what is kept between runs."""
