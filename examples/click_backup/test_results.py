"""What a careful author tests without traces: exit codes, output, the files that are there."""


def test_files_are_copied(folders, run):
    root, target = folders
    result = run("run", root, target)
    assert (result.exit_code, result.output) == (0, "copied 2 files, removed 0\n")
    assert (target / "notes" / "b.txt").read_text() == "beta"
    assert run("verify", target).output == "2 files are whole\n"


def test_nothing_is_copied_twice(folders, run):
    root, target = folders
    run("run", root, target)
    assert "copied 0 files" in run("run", root, target).output


def test_a_dry_run_changes_nothing(folders, run):
    root, target = folders
    assert run("run", root, target, "--dry-run").exit_code == 0
    assert list(target.iterdir()) == []


def test_damage_is_found(folders, run):
    root, target = folders
    run("run", root, target)
    (target / "a.txt").write_text("other")
    assert "a.txt" in run("verify", target).output


def test_a_missing_folder_fails(folders, run):
    assert run("run", folders[0] / "none", folders[1]).exit_code != 0
