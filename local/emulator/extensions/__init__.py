"""What AWS does, the platform needs, and MiniStack 1.5.33 lacks: one noun per module."""
