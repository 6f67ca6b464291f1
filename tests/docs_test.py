#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the documents name is there: links, files, make targets, commands; the index of docs/ is whole."""
import os
import pathlib
import re
import subprocess
import sys

top = pathlib.Path(__file__).resolve().parent.parent
listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=top, capture_output=True, text=True)
pages = [top / name for name in listed.stdout.split()] or sorted(top.glob("**/*.md"))
pages = [page for page in pages if page.exists() and not page.relative_to(top).parts[0].startswith("build")]
problems = []


def anchors(text):
    """GitHub's: lower case, punctuation dropped, blanks to hyphens."""
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def check_links(page, text):
    for link in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.S)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists():
            problems.append(f"{page.relative_to(top)}: link to {link}, which is not there")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
            problems.append(f"{page.relative_to(top)}: link to {link}: no such heading")


def check_files(page, text):
    for name in re.findall(r"`((?:src|include|tests|tools|fuzz|cmake|examples)/[\w./-]+)`", text):
        if not re.search(r"NAME|ROOM", name) and not (top / name.rstrip(".")).exists():
            problems.append(f"{page.relative_to(top)}: names {name}, which is not there")


def check_targets(page, text, targets):
    for target in re.findall(r"(?:`|^    )make ([a-z][a-z-]*)", text, re.M):
        if target not in targets:
            problems.append(f"{page.relative_to(top)}: `make {target}`: no such target")


def check_commands(page, text, commands):
    for command in re.findall(r"(?:`|^    (?:\$ )?|build/)tacho ([a-z]+)\b", text, re.M):
        if command not in commands:
            problems.append(f"{page.relative_to(top)}: `tacho {command}`: no such command")


makefile = (top / "Makefile").read_text()
targets = set(re.search(r"^\.PHONY:(.*)$", makefile, re.M).group(1).split())
tacho = os.path.join(os.environ["TACHO_BUILD"], "tacho")
said = subprocess.run([tacho, "--help"], capture_output=True, text=True, check=True).stdout
commands = set(re.findall(r"^ +([a-z]+)  ", said, re.M))

for page in pages:
    text = page.read_text()
    check_links(page, text)
    check_files(page, text)
    check_targets(page, text, targets)
    check_commands(page, text, commands)

for target in sorted(targets - {"help"}):
    if not re.search(rf"^{target}:.*## ", makefile, re.M):
        problems.append(f"Makefile: {target} says nothing of itself in `make help`")
index = (top / "docs/README.md").read_text()
for page in sorted((top / "docs").glob("*.md")):
    if page.name != "README.md" and f"({page.name})" not in index:
        problems.append(f"docs/README.md: does not list {page.name}")
for script in sorted((top / "tools").iterdir()):
    if script.suffix in (".sh", ".py", ".c") and f"`{script.name}`" not in (top / "tools/README.md").read_text():
        problems.append(f"tools/README.md: does not list {script.name}")
readme = (top / "README.md").read_text()
for needed in ("make demo", "make test"):
    if needed not in readme:
        problems.append(f"README.md: does not name `{needed}`")

for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
