#!/usr/bin/env python3
"""Checks that the code has the structure it is documented to have.

  structure.py [folders | manifests | picture] ...     (default: all three)

folders    Folders of one module do not use each other in a circle. A folder uses another one when a file in it names a
           type that is declared only there; comments and strings do not count. Files directly in a module's folder are
           its public face and belong to no folder.
manifests  A target that Package.swift and Benchmarks/Package.swift both have is declared alike: dependencies, settings
           and linked libraries. Benchmarks has copies, since it measures `package` declarations.
picture    README.md lists every module, and each below all that depend on it, checked against `swift package describe`.

Exits 1 if a check fails."""
import collections
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Modules whose folders form a circle today. One that no longer does has to be taken out here.
KNOWN_CIRCLES = {"MIME"}

DECLARATION = re.compile(r"\b(?:struct|class|enum|protocol|actor|typealias)\s+([A-Z]\w*)")
NOISE = re.compile(r'"""(?:.|\n)*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*(?:.|\n)*?\*/')


def sources(module):
    """The text of each Swift file without comments and strings, by the folder that it is in; "" is the module's own."""
    texts = collections.defaultdict(dict)
    for folder, _, names in os.walk(module):
        if ".docc" in folder:
            continue
        top = os.path.relpath(folder, module).split(os.sep)[0]
        for name in names:
            if name.endswith(".swift"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    texts["" if top == "." else top][name] = NOISE.sub(" ", file.read())
    return texts


def top_level_types(text):
    depth = 0
    for line in text.split("\n"):
        if depth == 0:
            yield from DECLARATION.findall(line)
        depth += line.count("{") - line.count("}")


def folder_uses(texts):
    """Which folder uses which, with an example of each use."""
    declared_in = collections.defaultdict(set)
    for folder, files in texts.items():
        for text in files.values():
            for name in top_level_types(text):
                declared_in[name].add(folder)
    home = {name: next(iter(folders)) for name, folders in declared_in.items() if len(folders) == 1}
    uses = collections.defaultdict(dict)
    for folder, files in texts.items():
        for file, text in files.items():
            for word in set(re.findall(r"\b[A-Z]\w*", text)):
                other = home.get(word, folder)
                if folder and other and other != folder:
                    uses[folder].setdefault(other, f"{word} in {file}")
    return uses


def circle(uses):
    """The folders of some circle, or an empty list."""
    def reached(start):
        seen, todo = set(), [start]
        while todo:
            for other in uses.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    reach = {folder: reached(folder) for folder in list(uses)}
    for folder in sorted(reach):
        if folder in reach[folder]:
            return sorted(other for other in reach[folder] if folder in reach.get(other, ()))
    return []


def check_folders():
    problems = []
    for module in sorted(os.listdir(os.path.join(ROOT, "Sources"))):
        uses = folder_uses(sources(os.path.join(ROOT, "Sources", module)))
        ring = circle(uses)
        if ring and module not in KNOWN_CIRCLES:
            problems.append(f"{module}: the folders {', '.join(ring)} use each other in a circle")
            for one in ring:
                problems += [f"    {one} uses {other}: {uses[one][other]}" for other in ring if other in uses[one]]
        if not ring and module in KNOWN_CIRCLES:
            problems.append(f"{module}: has no circle any more; take it out of KNOWN_CIRCLES")
    return problems


def swift_package(*arguments):
    output = subprocess.run(
        ["swift", "package", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output[output.index("{"):])


def declaration(target):
    """What has to be equal in both manifests."""
    def dependency(value):
        kind, content = next(iter(value.items()))
        return json.dumps([content[0], content[-1]], sort_keys=True) if kind != "product" else content[0]

    return {
        "dependencies": sorted(dependency(value) for value in target["dependencies"]),
        "settings": sorted(json.dumps(value, sort_keys=True) for value in target["settings"]),
        "pkgConfig": target.get("pkgConfig"),
    }


def check_manifests():
    main, benchmarks = ({target["name"]: target for target in swift_package(*path, "dump-package")["targets"]}
                        for path in ([], ["--package-path", "Benchmarks"]))
    problems = []
    for name in sorted(main.keys() & benchmarks.keys()):
        ours, theirs = declaration(main[name]), declaration(benchmarks[name])
        problems += [
            f"{name}: {key} differ: Package.swift has {ours[key]}, Benchmarks/Package.swift {theirs[key]}"
            for key in ours if ours[key] != theirs[key]
        ]
    if not main.keys() & benchmarks.keys():
        problems.append("the manifests have no target in common")
    return problems


def check_picture():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        section = file.read().split("## How the pieces fit", 1)[1].split("\n## ", 1)[0]
    listed = re.findall(r"^    (\w+) {2,}\S", section, re.M)
    targets = {
        target["name"]: target.get("target_dependencies", [])
        for target in swift_package("describe", "--type", "json")["targets"]
        if target["path"].startswith("Sources/")
    }
    problems = [f"README.md does not list the module {name}" for name in sorted(targets.keys() - set(listed))]
    problems += [f"README.md lists {name}, which is no module" for name in listed if name not in targets]
    problems += [f"README.md lists {name} twice" for name in sorted(set(listed)) if listed.count(name) > 1]
    for name in listed:
        problems += [
            f"README.md lists {other} above {name}, which uses it"
            for other in targets.get(name, ()) if other in listed and listed.index(other) < listed.index(name)
        ]
    return problems


CHECKS = {"folders": check_folders, "manifests": check_manifests, "picture": check_picture}


def main():
    names = sys.argv[1:] or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        sys.exit(__doc__)
    problems = []
    for name in names:
        found = CHECKS[name]()
        print(f"{name}: {'ok' if not found else f'{len(found)} problems'}")
        problems += found
    print("\n".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
