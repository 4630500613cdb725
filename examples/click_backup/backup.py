"""Copies the files of a folder that changed, with a manifest, and removes old copies."""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path

import click

SKIPPED = ("*.tmp", "*.log", ".git/*")


@dataclass(frozen=True)
class Entry:
    name: str
    size: int
    digest: str
    mode: int


class Damaged(click.ClickException):
    exit_code = 3


def is_skipped(name, patterns=SKIPPED):
    return any(fnmatch(name, pattern) for pattern in patterns)


def entry_of(root, path):
    data = path.read_bytes()
    return Entry(path.relative_to(root).as_posix(), len(data), hashlib.sha256(data).hexdigest()[:12], 0o640)


def scan(root):
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return [entry_of(root, path) for path in paths if not is_skipped(path.relative_to(root).as_posix())]


def read_manifest(target):
    path = target / "manifest.json"
    if not path.exists():
        return {}
    return {entry["name"]: Entry(**entry) for entry in json.loads(path.read_text())}


def plan(entries, known):
    return [entry for entry in entries if known.get(entry.name) != entry]


def gone(entries, known):
    return sorted(known.keys() - {entry.name for entry in entries})


def copy(root, target, entry):
    to = target / entry.name
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / entry.name, to)
    to.chmod(entry.mode)
    return to


def write_manifest(target, entries):
    text = json.dumps([asdict(entry) for entry in entries], indent=1)
    (target / "manifest.json").write_text(text)
    return len(text)


def check(target, entry):
    found = entry_of(target, target / entry.name)
    return found.digest == entry.digest


def summary(copied, removed, dry):
    verb = "would copy" if dry else "copied"
    return f"{verb} {copied} files, removed {removed}"


@click.group()
def cli():
    pass


@cli.command()
@click.argument("root", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--prune", is_flag=True)
@click.option("--dry-run", is_flag=True)
@click.pass_context
def run(context, root, target, prune, dry_run):
    if not root.is_dir():
        context.fail(f"{root.name} is no folder")
    save(context, root, target, prune, dry_run)


def save(context, root, target, prune, dry_run):
    entries, known = scan(root), read_manifest(target)
    todo, old = plan(entries, known), gone(entries, known) if prune else []
    if not dry_run:
        for entry in todo:
            copy(root, target, entry)
        for name in old:
            (target / name).unlink()
        write_manifest(target, entries)
    click.echo(summary(len(todo), len(old), dry_run))


@cli.command()
@click.argument("target", type=click.Path(path_type=Path))
def verify(target):
    report(target, read_manifest(target))


def report(target, known):
    bad = [entry.name for entry in known.values() if not check(target, entry)]
    if bad:
        raise Damaged(f"damaged: {', '.join(bad)}")
    click.echo(f"{len(known)} files are whole")


if __name__ == "__main__":
    cli()
