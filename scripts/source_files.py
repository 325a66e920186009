#!/usr/bin/env python3
"""Which files are the project's own text: everything but build folders and git's.

As a program: source_files.py [--null] SUFFIX... prints the files with those suffixes, sorted, relative
to the project's root. As a module: walk(root, wanted).
"""
import os
import sys

SKIPPED_FOLDERS = {".git", "build", "out", "node_modules", "__pycache__"}


def walk(root, wanted):
    """Yields the paths under `root` for which wanted(path) holds, relative to it, with '/', sorted."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
            if wanted(path):
                yield path


def project_root():
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main(arguments):
    end = "\n"
    if arguments[:1] == ["--null"]:
        end, arguments = "\0", arguments[1:]
    if not arguments:
        print("source_files.py: expected file suffixes, for example .h .cc; got none", file=sys.stderr)
        return 2
    for path in walk(project_root(), lambda path: path.endswith(tuple(arguments))):
        sys.stdout.write(path + end)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
