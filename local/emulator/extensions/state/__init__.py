"""What outlasts the process: its saved state, its old tasks, and what it created in the engine.

No two extensions share a function, so their order does not matter.
"""

from . import checkpoint, layer_files, log_files, ownership, restored_tasks

EXTENSIONS = (ownership, layer_files, log_files, restored_tasks, checkpoint)
