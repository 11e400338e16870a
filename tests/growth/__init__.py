"""How cost grows with the library, beside the plain hybrid that people would pick: `make bench`."""
