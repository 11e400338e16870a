"""The engine on a Milvus server: a collection of paragraphs, opened by an alias, searched by words and by meaning."""
