from pathlib import Path

import extensions
import start


def test_every_extension_is_installed_once() -> None:
    folder = Path(extensions.__file__).parent
    found = {
        path.stem for path in folder.glob("*.py") if "\ndef install()" in path.read_text("utf-8")
    }
    installed = [extension.__name__.rpartition(".")[2] for extension in start.EXTENSIONS]
    assert sorted(installed) == sorted(found)


def test_every_extension_has_its_tests() -> None:
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert {each.__name__.rpartition(".")[2] for each in start.EXTENSIONS} <= tests
