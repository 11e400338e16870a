"""How the bundled reader was made; `python -m bot.reader.training.fit` makes it again."""
