from pathlib import Path

import extensions
import start

FOLDER = Path(extensions.__file__).parent


def test_every_extension_is_installed_once() -> None:
    found = [
        ".".join(("extensions", *path.relative_to(FOLDER).with_suffix("").parts))
        for path in FOLDER.rglob("*.py")
        if "\ndef install()" in path.read_text("utf-8")
    ]
    assert sorted(each.__name__ for each in start.EXTENSIONS) == sorted(found)


def test_every_package_lists_its_own_extensions() -> None:
    packages = {path.parent.name for path in FOLDER.glob("*/__init__.py")}
    assert sorted(each.__name__.rpartition(".")[2] for each in start.PACKAGES) == sorted(packages)
    for package in start.PACKAGES:
        for extension in package.EXTENSIONS:
            assert extension.__name__.rpartition(".")[0] == package.__name__


def test_every_extension_has_its_tests() -> None:
    folder = Path(__file__).parent
    tests = {
        f"extensions.{path.parent.name}.{path.stem.removeprefix('test_')}"
        for path in folder.glob("*/test_*.py")
    }
    assert {each.__name__ for each in start.EXTENSIONS} <= tests
