"""A sample page and questions on it, so that the first command gives an answer."""
