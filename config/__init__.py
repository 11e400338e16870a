"""What an operator may set. Imports nothing of ours."""
