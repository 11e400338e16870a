"""From files to ranked passages. Never imports bot, never reads the environment, never prints."""
