#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules on the text of this repository's files; prints every offence, exit status 1 if there is one.

    scripts/check_tree.py [FOLDER]

- the first line of a source file (the second after a shebang) is the SPDX header;
- a source file has at most 800 lines;
- no path of one machine's home folders;
- none of the words that docs/glossary.md sets aside;
- no placeholder for code that is still to be written.
"""

import re
import subprocess
import sys
from pathlib import Path

HEADER = "SPDX-License-Identifier: Apache-2.0"
MAX_LINES = 800
SOURCE = {".rs", ".py", ".ts", ".js", ".mjs", ".cjs", ".sh"}
PROSE = {".md", ".toml", ".html", ".css", ".yml", ".yaml"}
COMMENT = {".rs": "//", ".ts": "//", ".js": "//", ".mjs": "//", ".cjs": "//"}
# Folders of other people's words or of bytes that must not change.
DATA_FOLDERS = {"vectors", "corpus", "fixtures", "weights", "node_modules", "target"}
# The one page that has to name the words.
WORD_EXEMPT = {"docs/glossary.md", "scripts/check_tree.py"}

WORDS = re.compile(
    r"(?<![\w-])(causal influence|rewards?|miners?|utils|helpers?|managers?)(?![\w-])",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"/(?:root|home)/")
PLACEHOLDER = re.compile(r"\b(?:todo|unimplemented)!\s*\(")


def tracked(root):
    """Files git knows or would add; every file where there is no git."""
    command = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True).stdout
        names = [name.decode() for name in listed.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(root)) for path in root.rglob("*")]
    for name in sorted(set(names)):
        path = root / name
        hidden = name.startswith(".git/")
        if path.is_file() and not hidden and not DATA_FOLDERS & set(Path(name).parts[:-1]):
            yield name, path


def read(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def is_source(path, text):
    return path.suffix in SOURCE or (path.suffix == "" and text.startswith("#!"))


def header_offences(path, lines):
    place = 1 if lines and lines[0].startswith("#!") else 0
    wanted = f"{COMMENT.get(path.suffix, '#')} {HEADER}"
    if len(lines) <= place or lines[place].rstrip() != wanted:
        yield place + 1, f"the line should be `{wanted}`"


def line_offences(name, source, number, line):
    if MACHINE_PATH.search(line):
        yield number, "a path of one machine"
    if source and PLACEHOLDER.search(line):
        yield number, "a placeholder for missing code"
    word = None if name in WORD_EXEMPT else WORDS.search(line)
    if word:
        yield number, f"the word `{word.group(0)}` is set aside (docs/glossary.md)"


def offences(name, path):
    text = read(path)
    if text is None:
        return
    source = is_source(path, text)
    # Sourced shell files have no shebang and carry the header all the same.
    sourced = path.suffix == "" and text.startswith(f"# {HEADER}")
    if not source and not sourced and path.suffix not in PROSE:
        return
    lines = text.splitlines()
    if source:
        yield from header_offences(path, lines)
    if (source or sourced) and len(lines) > MAX_LINES:
        yield len(lines), f"more than {MAX_LINES} lines"
    for number, line in enumerate(lines, start=1):
        yield from line_offences(name, source or sourced, number, line)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    files = 0
    failed = 0
    for name, path in tracked(root):
        files += 1
        for number, text in offences(name, path):
            print(f"{name}:{number}: {text}")
            failed += 1
    print(f"{files} files read, {failed} offences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
