"""Telegram handlers: read, call, reply."""
