"""Features of AWS that the platform needs and MiniStack 1.5.33 lacks: one noun per module.

A package says what it covers, and its EXTENSIONS are the modules that it installs, in order. Of two
extensions of one function of MiniStack, the later one is called first.
"""
