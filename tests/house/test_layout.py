"""The house rules that an import linter cannot see."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "rapport"
FORBIDDEN = {"utils", "helpers", "common", "services", "managers", "constants"}


def sources() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]


def test_no_file_is_named_for_nothing() -> None:
    named = {path.stem for path in sources()} | {path.parent.name for path in sources()}
    assert not named & FORBIDDEN


def test_doors_never_load_a_models_module() -> None:
    doors = [path for path in sources() if {"web", "api"} & set(path.relative_to(SOURCE).parts)]
    assert len(doors) > 30
    wrong = [
        f"{path.relative_to(SOURCE)}: {name}"
        for path in doors
        for name in _imports(ast.parse(path.read_text()))
        if name.startswith("rapport.") and ".models" in name
    ]
    assert not wrong


def _imports(tree: ast.Module) -> list[str]:
    """What is imported at run time; what only a type checker reads is left out."""
    typed = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found: list[str] = []
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


def test_every_room_says_what_it_is() -> None:
    rooms = [path.parent for path in SOURCE.glob("*/models.py")]
    assert len(rooms) >= 8
    silent = [
        room.name
        for room in rooms
        if not ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
    ]
    assert not silent
