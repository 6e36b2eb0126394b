"""Features of AWS that the platform needs and MiniStack 1.5.33 lacks: one noun per module."""
