"""The only place that knows people: conversation, answers, the terminal and Telegram."""
