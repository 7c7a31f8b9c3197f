#!/usr/bin/env python3
"""Breaks the program on purpose and says what happened: kills, full disks, size limits, damaged files.

    cargo build --release --locked
    python3 -m venv /tmp/bare && /tmp/bare/bin/pip install duckdb==2.0.0
    /tmp/bare/bin/python scripts/faults.py --program PATH/TO/release/retain

After every fault the database is opened again, by the program and by another client, and each of its tables is compared
with the states before and after the command: what is neither is a mixed state, and a commit that was announced and is not
there is a lost one. The result is a table in Markdown on standard output; the exit status is 1 where anything failed.
The moments and places of the faults come from `--seed`. A full disk needs the right to mount (root).
"""

import argparse
import hashlib
import os
import platform
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import duckdb

# What differs from run to run although nothing else does: clocks.
CLOCKS = {"imports": ["imported_at", "started_at", "finished_at"], "runs": ["started_at"]}
TODAY = "2026-01-02"
# What may lie beside a database that is at rest.
AT_REST = (".lock", ".audit.jsonl", ".key", ".keys", ".rejects", ".backups", ".wal")


class Trial:
    """A folder with a copy of a database, and the program run in it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)
        self.database = self.folder / "shop.duckdb"

    def start(self, command, **how):
        return subprocess.Popen(
            [self.program, *command, "--db", str(self.database), "--lang", "en", "--today", TODAY],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)

    def run(self, command, **how):
        child = self.start(command, **how)
        out, err = child.communicate(timeout=300)
        return child.returncode, out.decode(errors="replace"), err.decode(errors="replace")


def tables(database):
    """Rows and a hash of the contents of each table, clocks aside, as a client of the engine reads them."""
    con = duckdb.connect(str(database), read_only=True)
    try:
        found = {}
        for (name,) in con.execute(
                "select table_name from duckdb_tables() where not temporary order by 1").fetchall():
            columns = [c for (c,) in con.execute(
                "select column_name from duckdb_columns() where table_name = ? order by column_index", [name]).fetchall()
                if c not in CLOCKS.get(name, [])]
            listed = ", ".join('"' + c.replace('"', '""') + '"' for c in columns)
            found[name] = con.execute(
                f'select count(*), coalesce(bit_xor(hash({listed})), 0), coalesce(sum(hash({listed})::hugeint), 0) from "{name}"').fetchone()
        return found
    finally:
        con.close()


def differing(a, b):
    return sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))


def put(start, folder):
    """A fresh copy of a database with what belongs beside it."""
    for old in folder.glob("*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    for old in folder.glob(".*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    for file in start.iterdir():
        if file.is_dir():
            shutil.copytree(file, folder / file.name)
        else:
            shutil.copy2(file, folder / file.name)


def left_behind(folder):
    """Names beside a database that no command at rest leaves there."""
    known = {"shop.duckdb"} | {"shop.duckdb" + end for end in AT_REST}
    return sorted(p.name for p in folder.iterdir() if p.name not in known and not p.name.startswith(("out", "b.duckdb")))


class Result:
    def __init__(self, what, injected):
        self.what, self.injected, self.seen, self.faults = what, injected, {}, []

    def count(self, key):
        self.seen[key] = self.seen.get(key, 0) + 1

    def fault(self, text):
        self.faults.append(text)
        print(f"FAULT {self.what}: {text}", file=sys.stderr)

    def row(self, seconds):
        seen = ", ".join(f"{n} {k}" for k, n in sorted(self.seen.items()))
        verdict = "no fault" if not self.faults else f"**{len(self.faults)} faults**: {self.faults[0]}"
        return f"| {self.what} | {self.injected} | {seen} | {verdict} | {seconds:.0f} s |"


def kills(program, start, folder, draw, what, command, times, announces):
    """Kills the program at random moments of a command."""
    result = Result(what, f"{times} x SIGKILL at random moments")
    put(start, folder)
    trial = Trial(program, folder)
    before = tables(trial.database)
    begun = time.monotonic()
    status, _, err = trial.run(command)
    took = time.monotonic() - begun
    if status:
        result.fault(f"without a fault it ends with {status}: {err.strip()[:200]}")
        return result
    after = tables(trial.database)
    for _ in range(times):
        put(start, folder)
        child = trial.start(command)
        time.sleep(draw.uniform(0.0, took * 1.1))
        child.send_signal(signal.SIGKILL)
        out, _ = child.communicate()
        announced = announces in out.decode(errors="replace") and bool(announces)
        status, _, err = trial.run(["status"])
        if status:
            result.fault(f"the database does not open: {err.strip()[:200]}")
            continue
        now = tables(trial.database)
        if now == after:
            result.count("as after" if before != after else "as before and after")
        elif now == before:
            result.count("as before")
            if announced:
                result.fault("announced and lost")
        else:
            result.fault(f"mixed: {differing(now, before)} / {differing(now, after)}")
        # The next command that writes clears what the dead one left.
        status, _, err = trial.run(["backup", "--out", "b.duckdb"])
        if status:
            result.fault(f"no backup afterwards: {err.strip()[:200]}")
        rest = [n for n in left_behind(folder) if n.startswith(".") or "spill" in n or n.endswith(".tmp")]
        if rest:
            result.fault(f"left behind: {rest}")
    return result


def whole_or_absent(path):
    """A file that was to be written is not there, or is complete."""
    if not path.exists():
        return True
    if path.suffix == ".xlsx":
        try:
            return zipfile.ZipFile(path).testzip() is None
        except zipfile.BadZipFile:
            return False
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    return True


def ends_well(result, trial, command, before, after, status, err, what):
    if status not in (0, 1):
        result.fault(f"{what}: status {status}: {err.strip()[-200:]}")
    elif status == 1:
        result.count("refused")
        if not err.strip() or len(err.strip().splitlines()) > 4:
            result.fault(f"{what}: no short message: {err.strip()[:200]}")
    else:
        result.count("done")
    for path in [*trial.folder.glob("out/**/*"), *trial.folder.glob("out*")]:
        if path.is_file() and not whole_or_absent(path):
            result.fault(f"{what}: {path.name} is cut")
    now = tables(trial.database)
    if now not in (before, after):
        result.fault(f"{what}: mixed: {differing(now, before)} / {differing(now, after)}")
    if status == 0 and now != after:
        result.fault(f"{what}: said done and is not: {differing(now, after)}")


def states_of(trial, start, command):
    put(start, trial.folder)
    before = tables(trial.database)
    status, _, err = trial.run(command)
    if status:
        raise SystemExit(f"{command}: {err}")
    return before, tables(trial.database)


def full_disks(program, start, folder, commands, rooms):
    """Runs commands where so many KiB are left on the disk."""
    result = Result("full disk: " + ", ".join(c[0] for c in commands), f"{len(commands)} commands x {len(rooms)} sizes of free space")
    mounted = folder / "disk"
    mounted.mkdir(exist_ok=True)
    needed = sum(f.stat().st_size for f in start.rglob("*") if f.is_file())
    plain = folder / "plain"
    plain.mkdir(exist_ok=True)
    for command in commands:
        before, after = states_of(Trial(program, plain), start, command)
        for room in rooms:
            size = needed + room * 1024 + 256 * 1024
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(mounted)], capture_output=True)
            if done.returncode:
                result.fault("cannot mount: not tried")
                return result
            try:
                put(start, mounted)
                trial = Trial(program, mounted)
                status, _, err = trial.run(command)
                ends_well(result, trial, command, before, after, status, err, f"{command[0]} with {room} KiB")
            finally:
                subprocess.run(["umount", str(mounted)], check=True)
    return result


def size_limits(program, start, folder, commands, sizes):
    """Runs commands that may write no file beyond so many MiB."""
    result = Result("file size limit: " + ", ".join(c[0] for c in commands), f"{len(commands)} commands x {len(sizes)} limits (RLIMIT_FSIZE)")
    for command in commands:
        before, after = states_of(Trial(program, folder), start, command)
        for size in sizes:
            put(start, folder)
            trial = Trial(program, folder)
            limit = int(size * 1024 * 1024)
            status, _, err = trial.run(command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
            ends_well(result, trial, command, before, after, status, err, f"{command[0]} up to {size} MiB")
    return result


def damaged(program, start, folder, draw, flips, cuts):
    """Flips bytes of the database and cuts it; whatever is then read is right, or refused by name."""
    result = Result("damaged database: export of three tables, doctor", f"{flips} flipped bytes, {cuts} cuts")
    put(start, folder)
    trial = Trial(program, folder)
    names = ["orders", "vehicle_scores", "customer_scores"]

    def exported():
        prints = []
        for name in names:
            out = folder / f"out-{name}.csv"
            out.unlink(missing_ok=True)
            status, _, err = trial.run(["export", name, "--out", str(out)])
            if status == 0:
                prints.append(hashlib.sha256(out.read_bytes()).hexdigest())
            elif status == 1 and err.strip():
                prints.append("refused")
            else:
                prints.append(f"status {status}")
        return prints

    right = exported()
    whole = trial.database.read_bytes()
    for trial_number in range(flips + cuts):
        data = bytearray(whole)
        if trial_number < flips:
            at = draw.randrange(len(data))
            data[at] ^= 1 << draw.randrange(8)
            what = f"flip at {at}"
        else:
            at = draw.randrange(len(data))
            del data[at:]
            what = f"cut at {at}"
        put(start, folder)
        trial.database.write_bytes(data)
        found = exported()
        for name, got, want in zip(names, found, right):
            if got == want:
                result.count("right")
            elif got == "refused":
                result.count("refused")
            else:
                result.fault(f"{what}: {name}: {got}")
        status, _, err = trial.run(["doctor"])
        if status not in (0, 1):
            result.fault(f"{what}: doctor ends with {status}: {err.strip()[:200]}")
        elif status == 0 and "refused" in found:
            result.fault(f"{what}: doctor finds nothing where reading is refused")
        else:
            result.count("found by doctor" if status else "not seen by doctor, and nothing read wrong")
    return result


def names_of(writing):
    """What the tests are called, in their order."""
    return ["kill"] * 4 + ["full"] * len(writing) + ["file"] * len(writing) + ["damaged", "damaged log", "memory"]


def damaged_log(program, start, folder, draw, flips, cuts):
    """Flips bytes of a log with several transactions and cuts it: what is read is as after one of them, or refused."""
    result = Result("damaged log (F.wal): export of orders", f"{flips} flipped bytes, {cuts} cuts")
    put(start, folder)
    trial = Trial(program, folder)
    log = folder / "shop.duckdb.wal"

    def exported():
        out = folder / "out.csv"
        out.unlink(missing_ok=True)
        status, _, err = trial.run(["export", "orders", "--out", str(out)])
        if status == 0:
            return hashlib.sha256(out.read_bytes()).hexdigest()
        return "refused" if status == 1 and err.strip() else f"status {status}: {err.strip()[:200]}"

    states = [exported()]
    for number in range(1, 9):
        con = duckdb.connect(str(trial.database))
        con.execute("set checkpoint_threshold = '1TB'")
        con.execute("pragma disable_checkpoint_on_shutdown")
        con.execute("begin")
        con.execute(f"create temp table more as select * replace (hash(order_id, {number}) as order_id) from orders order by order_id limit 60")
        con.execute("delete from orders where order_id in (select order_id from orders order by order_id desc limit 9)")
        con.execute("insert into orders select * from more")
        con.execute("commit")
        con.close()
        states.append(exported())
    database, whole = trial.database.read_bytes(), log.read_bytes()
    if len(set(states)) != len(states):
        result.fault("the transactions are not in the log")
    for trial_number in range(flips + cuts):
        data = bytearray(whole)
        at = draw.randrange(len(data))
        is_cut = trial_number >= flips
        if is_cut:
            del data[at:]
        else:
            data[at] ^= 1 << draw.randrange(8)
        what = f"{'cut' if is_cut else 'flip'} at {at} of the log"
        log.write_bytes(data)
        found = exported()
        if found == states[-1]:
            result.count("right")
        elif found == "refused":
            result.count("refused")
        elif found in states:
            # A flipped length of an entry looks like the torn end that a killed command leaves.
            result.count("cut, as after an earlier transaction" if is_cut else "flipped, as after an earlier transaction")
        else:
            result.fault(f"{what}: {found}")
        if log.read_bytes() != data or trial.database.read_bytes() != database:
            result.fault(f"{what}: a file was changed")
            trial.database.write_bytes(database)
    return result


def memory(program, root, orders, limits):
    """Imports and scores many orders under a limit of memory: done, or refused with what is needed, and never beyond."""
    result = Result("memory: import and score", f"{orders} orders, limits of {', '.join(f'{mb} MB' for mb in limits)}")
    # About nine orders a vehicle in five years.
    many = root / "many"
    subprocess.run([program, "generate", "--out", str(many), "--vehicles", str(orders // 9), "--from", "2021-01-01", "--quiet"], check=True)

    def peak_of(limit, command, folder):
        child = subprocess.Popen(
            [program, *command, "--db", str(folder / "shop.duckdb"), "--memory-limit", f"{limit}MB", "--lang", "en", "--today", TODAY, "--json"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        err = child.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(child.pid, 0)
        return os.waitstatus_to_exitcode(status), err, usage.ru_maxrss * 1024

    for limit in limits:
        folder = root / f"limit-{limit}"
        folder.mkdir()
        orders_are_in = False
        for command in (["import", str(many / "work_orders.csv")], ["import", str(many / "customers.csv"), str(many / "vehicles.csv")], ["score"]):
            if command == ["score"] and not orders_are_in:
                continue
            what = f"{command[0]} {Path(command[-1]).stem if len(command) > 1 else ''}".strip() + f" at {limit} MB"
            status, err, peak = peak_of(limit, command, folder)
            told = f"{peak / 1e6:.0f} MB"
            print(f"{what}: status {status}, peak {told} {err.strip()[:160]}", file=sys.stderr)
            if status == 0:
                orders_are_in |= command[-1].endswith("work_orders.csv")
                result.count(f"{what}: done, peak {told}")
            elif status == 1 and ('"memory-too-small"' in err or '"out-of-memory"' in err):
                result.count(f"{what}: refused, peak {told}")
            else:
                result.fault(f"{what}: status {status}: {err.strip()[:200]}")
            if peak > limit * 1_000_000 + (150 << 20):
                result.fault(f"{what}: {told}")
        shutil.rmtree(folder)
    return result


def told(tasks, program, args):
    """Does what each task does and prints what was seen; the exit status."""
    rows, failed = [], False
    for task in tasks:
        begun = time.monotonic()
        result = task()
        rows.append(result.row(time.monotonic() - begun))
        failed |= bool(result.faults)
        print(rows[-1], file=sys.stderr)
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{version}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, seed {args.seed}, {args.vehicles} vehicles\n")
    print("| what | injected | seen | verdict | took |\n| --- | --- | --- | --- | ---: |")
    print("\n".join(rows))
    return 1 if failed else 0


def doing(program, root):
    """Runs a command of the program in a folder, or ends with what it said."""
    def must(*command):
        done = subprocess.run([program, *command, "--lang", "en"], capture_output=True, text=True, cwd=root)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")

    return must


def main():
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--program", default="target/release/retain")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--vehicles", type=int, default=600)
    ask.add_argument("--kills-import", type=int, default=200)
    ask.add_argument("--kills", type=int, default=100, help="of scoring, of compacting and of erasing, each")
    ask.add_argument("--flips", type=int, default=500)
    ask.add_argument("--cuts", type=int, default=100)
    ask.add_argument("--orders", type=int, default=5_000_000, help="orders that are imported and scored under limits of memory")
    ask.add_argument("--only", default="", help="those tests alone whose name begins so: damaged, kill, full, file, memory")
    args = ask.parse_args()
    program = str(Path(args.program).resolve())
    draw = random.Random(args.seed)
    with tempfile.TemporaryDirectory(prefix="faults-") as root:
        root = Path(root)
        work, folder = root / "work", root / "trial"
        work.mkdir()
        folder.mkdir()

        must = doing(program, root)
        must("generate", "--out", "g", "--vehicles", str(args.vehicles), "--seed", str(args.seed), "--from", "2023-01-01")
        # Two months' exports: the second replaces some rows of the first and brings new ones.
        lines = (root / "g" / "work_orders.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
        middle = len(lines) // 2
        (root / "first.csv").write_text("".join(lines[: middle + 200]), encoding="utf-8")
        (root / "second.csv").write_text(lines[0] + "".join(lines[middle:]), encoding="utf-8")
        half, full, scored = root / "half", root / "full", root / "scored"
        for state in (half, full, scored):
            state.mkdir()
        must("import", "first.csv", "g/customers.csv", "g/vehicles.csv", "--db", str(half / "shop.duckdb"), "--today", TODAY)
        put(half, full)
        must("import", "second.csv", "--db", str(full / "shop.duckdb"), "--today", TODAY)
        put(full, scored)
        must("score", "--db", str(scored / "shop.duckdb"), "--today", TODAY)
        con = duckdb.connect(str(scored / "shop.duckdb"), read_only=True)
        (customer,) = con.execute("select customer_no from customers where customer_no is not null order by 1 limit 1").fetchone()
        con.close()
        # Makes the key that codes of erased persons are derived with, so that they are the same in every trial.
        must("erase", customer, "--dry-run", "--db", str(scored / "shop.duckdb"))

        imports = ["import", str(root / "second.csv")]
        score, compact, erase = ["score"], ["compact"], ["erase", customer]
        writing = [(half, imports), (full, score), (scored, compact), (scored, erase),
                   (scored, ["backup", "--out", "out.duckdb"]), (scored, ["list", "--out", "out"]),
                   (scored, ["export", "orders", "--out", "out.csv"]), (scored, ["report", "month", "--out", "out"])]
        tasks = [
            lambda: kills(program, half, folder, draw, "kill: import", imports, args.kills_import, "Imported"),
            lambda: kills(program, full, folder, draw, "kill: score", score, args.kills, ""),
            lambda: kills(program, scored, folder, draw, "kill: compact", compact, args.kills, ""),
            lambda: kills(program, scored, folder, draw, "kill: erase", erase, args.kills, ""),
        ]
        for state, command in writing:
            disk = root / "disk"
            disk.mkdir(exist_ok=True)
            tasks.append(lambda s=state, c=command: full_disks(program, s, disk, [c], [0, 32, 128, 512, 2048, 8192, 65536]))
        for state, command in writing:
            tasks.append(lambda s=state, c=command: size_limits(program, s, folder, [c], [0.01, 0.25, 1, 3, 6, 12, 100]))
        tasks.append(lambda: damaged(program, scored, folder, draw, args.flips, args.cuts))
        tasks.append(lambda: damaged_log(program, scored, folder, draw, args.flips, args.cuts))
        tasks.append(lambda: memory(program, root, args.orders, [256, 512, 6000]))
        if args.only:
            tasks = [t for t, name in zip(tasks, names_of(writing)) if name.startswith(args.only)]
        sys.exit(told(tasks, program, args))


if __name__ == "__main__":
    main()
