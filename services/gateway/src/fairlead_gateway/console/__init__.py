"""The console: pages for people. A client like any other: what a page shows, its reader's token may read."""
