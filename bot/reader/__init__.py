"""Question and passages → the short answer, its sentence and how sure it is; or nothing."""
