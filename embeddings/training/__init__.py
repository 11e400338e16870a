"""How the bundled encoder was made; `python -m embeddings.training.fit` makes it again."""
