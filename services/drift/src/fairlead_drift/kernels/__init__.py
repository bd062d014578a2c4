"""The compiled loops. Checks are done outside; shapes and types are exact here, and nothing of Fairlead is imported.

`memory` is one array of 64-bit words that holds a packed baseline and, behind it, a profile's state: `words` says where
what is, so that a call for one row hands over three arrays and no more.
"""
