#!/usr/bin/env python3
"""Puts the program into places and states that a test cannot make by itself, and says what happened.

    cargo build --release --locked
    python3 -m venv /tmp/bare && /tmp/bare/bin/pip install duckdb==2.0.0
    /tmp/bare/bin/python scripts/places.py --program PATH/TO/release/retain

A folder mounted read-only, a file that may only be read, both with a log that a kill left; kills while names lie in the
folder of temporary files; kills while a file of an earlier version is brought up; a database that a kill left, opened with
128 MB. The result is a table in Markdown on standard output; the exit status is 1 where anything failed. Mounting needs the
right to do so (root).
"""

import argparse
import random
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from faults import TODAY, Result, Trial, differing, doing, left_behind, put, tables, told


def with_log(start, folder):
    """A copy of a database with a log that was not written into the file, as a kill leaves it: an adviser is another."""
    put(start, folder)
    con = duckdb.connect(str(folder / "shop.duckdb"))
    con.execute("set checkpoint_threshold = '1TB'")
    con.execute("pragma disable_checkpoint_on_shutdown")
    con.execute("update orders set advisor = 'from the log' where order_id = (select min(order_id) from orders)")
    con.close()
    if not (folder / "shop.duckdb.wal").stat().st_size:
        raise SystemExit("no log is left")


READING = [["status"], ["export", "orders"], ["quality"], ["report", "month"], ["report", "year"], ["doctor"]]
WRITING = [["score"], ["compact"], ["backup"], ["list"]]


def read_only(program, start, folder, what, close, reopen):
    """Reads and writes where nothing can be written: reports are made, what writes is refused before it works."""
    result = Result(what, f"{len(READING)} commands that read, {len(WRITING)} that write, with a log and without")
    outside = folder.parent / "outside"
    outside.mkdir(exist_ok=True)
    for log in (False, True):
        if log:
            with_log(start, folder)
        else:
            put(start, folder)
        before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
        if not close():
            result.fault("cannot be made read-only: not tried")
            return result
        try:
            trial = Trial(program, folder)
            for command in READING:
                out = outside / f"{'-'.join(command)}-{log}"
                target = ["--out", str(out / "o.csv" if command[0] == "export" else out)] if command[0] in ("export", "report") else []
                status, said, err = trial.run([*command, *target])
                if status not in ((0, 1) if command == ["doctor"] else (0,)):
                    result.fault(f"{command[0]} with log {log}: status {status}: {err.strip()[:200]}")
                    continue
                if command[0] == "report" and ("not archived" not in said or not list(out.glob("*.html"))):
                    result.fault(f"{' '.join(command)}: {said.strip()[:200]}")
                if command[0] == "export" and ("from the log" in (out / "o.csv").read_text(encoding="utf-8-sig")) != log:
                    result.fault("the log was not read" if log else "a log was read")
                result.count("read")
            for command in WRITING:
                target = ["--out", str(outside / "w" / ("b.duckdb" if command[0] == "backup" else ""))] if command[0] in ("backup", "list") else []
                begun = time.monotonic()
                status, _, err = trial.run([*command, *target])
                if status != 1 or len(err.strip().splitlines()) not in (1, 2):
                    result.fault(f"{command[0]}: status {status}: {err.strip()[:200]}")
                elif time.monotonic() - begun > 2:
                    result.fault(f"{command[0]}: worked {time.monotonic() - begun:.1f} s before it refused")
                else:
                    result.count("refused")
        finally:
            reopen()
        now = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and not p.name.endswith(".lock")}
        if now != {name: data for name, data in before.items() if not name.endswith(".lock")}:
            result.fault(f"changed: {sorted(now.keys() ^ before.keys()) or 'contents'}")
    return result


def mounted(folder):
    def remount(how):
        return subprocess.run(["mount", "-o", f"remount,bind,{how}", str(folder)], capture_output=True).returncode == 0

    def close():
        if subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True).returncode:
            return False
        return remount("ro")

    def reopen():
        subprocess.run(["umount", str(folder)], check=True)

    return close, reopen


def immutable(folder):
    """Also root may not write a file that the file system holds for unchangeable."""
    def close():
        return subprocess.run(["chattr", "+i", str(folder / "shop.duckdb")], capture_output=True).returncode == 0

    def reopen():
        subprocess.run(["chattr", "-i", str(folder / "shop.duckdb")], check=True)

    return close, reopen


def spills(program, root, folder, draw, times, orders):
    """Kills imports while they spill, looks at the rights of what lies there, and has the next command clear it up."""
    result = Result("kill while spilling: import", f"{times} x SIGKILL while files lie in the folder of temporary files")
    many = root / "spill-source"
    subprocess.run([program, "generate", "--out", str(many), "--vehicles", str(orders // 9), "--from", "2021-01-01", "--quiet"], check=True)
    for old in folder.iterdir():
        old.unlink() if old.is_file() else None
    trial = Trial(program, folder)
    another = folder / ".retain-1-living"
    another.mkdir()
    command = ["import", str(many / "work_orders.csv"), "--memory-limit", "400MB"]
    for _ in range(times):
        child = trial.start(command)
        seen = []
        while child.poll() is None and not seen:
            seen = [f for d in folder.glob(".shop.duckdb.spill-*") for f in d.rglob("*") if f.is_file()]
            time.sleep(0.002)
        if child.poll() is not None:
            child.communicate()
            result.count("ended before it spilled")
            continue
        time.sleep(draw.uniform(0, 0.2))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        left = list(folder.glob(".shop.duckdb.spill-*"))
        if left:
            result.count("left files behind")
        for path in [*left, *[f for d in left for f in d.rglob("*")]]:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                result.fault(f"{path.name} has mode {mode:o}")
        # Whoever is killed before there is a database left none: a small import is the next command.
        status, _, err = trial.run(["import", str(root / "first.csv")])
        if status:
            result.fault(f"the next command: {err.strip()[:200]}")
        rest = [n for n in left_behind(folder) if n.startswith(".") and n != another.name]
        if rest:
            result.fault(f"left behind: {rest}")
        if not another.exists():
            result.fault("the folder of a process that lives is gone")
        for old in folder.glob("shop.duckdb*"):
            old.unlink() if old.is_file() else None
    another.rmdir()
    return result


def upgrades(program, start, folder, draw, times):
    """Kills the command that brings a file of an earlier version up: the file is the one or the other, and is kept."""
    result = Result("kill while a file of an earlier version is brought up", f"{times} x SIGKILL at random moments of `compact`")
    older = folder.parent / "older"
    older.mkdir()
    put(start, older)
    con = duckdb.connect(str(older / "shop.duckdb"))
    con.execute("alter table reports drop column orders")
    con.execute("drop table survival")
    con.execute("update retain_meta set value = 'older' where name = 'schema_shape'")
    con.execute("checkpoint")
    con.close()
    put(older, folder)
    trial = Trial(program, folder)
    before = tables(trial.database)
    begun = time.monotonic()
    status, _, err = trial.run(["compact"])
    took = time.monotonic() - begun
    after = tables(trial.database)
    if status or "survival" not in after:
        result.fault(f"not brought up: {err.strip()[:200]}")
        return result
    for _ in range(times):
        put(older, folder)
        child = trial.start(["compact"])
        time.sleep(draw.uniform(0, took * 1.1))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        now = tables(trial.database)
        if now not in (before, after):
            result.fault(f"mixed: {differing(now, before)} / {differing(now, after)}")
        result.count("as before" if now == before else "brought up")
        kept = [p for p in (folder / "shop.duckdb.backups").glob("*.duckdb")] if now != before else []
        if now != before and not any(tables(p) == before for p in kept):
            result.fault("brought up and not kept")
        status, _, err = trial.run(["compact"])
        if status or tables(trial.database) != after:
            result.fault(f"the next command: {err.strip()[:200]}")
        rest = [n for n in left_behind(folder) if n.startswith(".")]
        if rest:
            result.fault(f"left behind: {rest}")
    return result


def little_memory(program, start, folder):
    """Opens a database with a log that a kill left, with 128 MB."""
    result = Result("a log that a kill left, opened with 128 MB", "`status` and `export` that read it, `backup` that writes it into the file")
    with_log(start, folder)
    trial = Trial(program, folder)
    for command in (["status"], ["export", "orders", "--out", str(folder / "out.csv")], ["backup", "--out", str(folder / "b.duckdb")]):
        status, _, err = trial.run([*command, "--memory-limit", "128MB"])
        if status:
            result.fault(f"{command[0]}: status {status}: {err.strip()[:200]}")
        else:
            result.count("done")
    if "from the log" not in (folder / "out.csv").read_text(encoding="utf-8-sig"):
        result.fault("the log was not read")
    return result


def main():
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--program", default="target/release/retain")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--vehicles", type=int, default=600)
    ask.add_argument("--kills", type=int, default=50, help="of bringing up, and of spilling")
    ask.add_argument("--orders", type=int, default=900_000, help="orders whose import spills")
    args = ask.parse_args()
    program = str(Path(args.program).resolve())
    draw = random.Random(args.seed)
    with tempfile.TemporaryDirectory(prefix="places-") as root:
        root = Path(root)
        folders = {name: root / name for name in ("scored", "mount", "file", "spill", "upgrade", "little")}
        for folder in folders.values():
            folder.mkdir()
        scored = folders["scored"]

        must = doing(program, root)
        must("generate", "--out", "g", "--vehicles", str(args.vehicles), "--seed", str(args.seed), "--from", "2023-01-01")
        (root / "first.csv").write_bytes((root / "g" / "work_orders.csv").read_bytes())
        must("import", "first.csv", "g/customers.csv", "g/vehicles.csv", "--db", str(scored / "shop.duckdb"), "--today", TODAY)
        must("score", "--db", str(scored / "shop.duckdb"), "--today", TODAY)
        sys.exit(told([
            lambda: read_only(program, scored, folders["mount"], "folder mounted read-only", *mounted(folders["mount"])),
            lambda: read_only(program, scored, folders["file"], "file that may not be written", *immutable(folders["file"])),
            lambda: upgrades(program, scored, folders["upgrade"], draw, args.kills),
            lambda: little_memory(program, scored, folders["little"]),
            lambda: spills(program, root, folders["spill"], draw, args.kills, args.orders),
        ], program, args))


if __name__ == "__main__":
    main()
