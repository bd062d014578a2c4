"""The pages, a module for what each is about: each asks operations and fills a template."""
