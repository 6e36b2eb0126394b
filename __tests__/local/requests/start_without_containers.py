"""Start the local AWS with no container engine: tasks and databases are records, nothing runs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "local" / "emulator"))

import start
from extensions.discovery import name_server

if __name__ == "__main__":
    for extension in start.EXTENSIONS:
        if extension is not name_server:  # it would take port 53
            extension.install()
    start.serve()
