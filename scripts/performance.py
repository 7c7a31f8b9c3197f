#!/usr/bin/env python3
"""Runs the whole program on generated departments and prints what each step took, beside bare DuckDB.

    cargo build --release --locked
    python3 -m venv /tmp/bare && /tmp/bare/bin/pip install duckdb==2.0.0
    /tmp/bare/bin/python scripts/performance.py --program PATH/TO/release/retain --vehicles 1000,10000,100000

Every step is a process of its own: wall and processor time (user and system) and peak memory are the kernel's account
of it, spilled bytes are the most that lay in the folder for them. Bare DuckDB does the unavoidable part of the same
work on the same files, with the same threads and memory limit: it stores the orders' CSV as text columns, counts
visits by unit, sorts them by unit and day. Ratios are of processor time, which another process on the machine
disturbs far less than the clock. With `--increment` the orders of the last month come in apart.
"""

import argparse
import csv
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# What bare DuckDB does, run by this same interpreter in a process of its own.
BARE = """
import sys, duckdb
database, threads, memory, sql = sys.argv[1:]
con = duckdb.connect(database, config={"threads": int(threads), "memory_limit": memory} if memory else {"threads": int(threads)})
con.execute(sql)
con.close()
"""


def measured(command, spill_in):
    """Runs a command; returns wall s, processor s, peak MiB and the most MiB spilled into a folder of that place."""
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    spilled = 0
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        held = 0
        for folder in [found for name in (".*.spill-*", ".retain-*", "*.tmp") for found in Path(spill_in).glob(name)]:
            for file in folder.glob("**/*"):
                try:
                    held += file.stat().st_size
                except OSError:
                    pass  # gone in the meantime
        spilled = max(spilled, held)
        time.sleep(0.02)
    wall = time.monotonic() - begun
    if status:
        sys.exit(f"{' '.join(map(str, command))}\n{child.stderr.read().decode()}")
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss / 1024,
        "spilled": spilled / 2**20,
    }


def split_last_month(path, folder):
    """The orders before the last month, and those of it; returns both files and the day before that month."""
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        at = next(i for i, name in enumerate(header) if name in ("in_at", "进厂日期"))
        last = max(row[at][:7] for row in reader)
    before, month = folder / "before.csv", folder / "month.csv"
    with open(path, encoding="utf-8") as file, open(before, "w", encoding="utf-8") as a, open(month, "w", encoding="utf-8") as b:
        first = file.readline()
        a.write(first)
        b.write(first)
        for line in file:
            (b if next(csv.reader([line]))[at][:7] == last else a).write(line)
    return before, month


class Run:
    """One size: its folder, its steps and what they took."""

    def __init__(self, args, vehicles, folder):
        self.args, self.vehicles, self.folder, self.rows = args, vehicles, folder, []
        self.database = folder / "shop.duckdb"
        self.flags = ["--threads", str(args.threads), "--quiet", "--today", "2026-01-02"]
        if args.memory_limit:
            self.flags += ["--memory-limit", args.memory_limit]

    def note(self, name, figures, bare=None):
        ratio = f"{figures['cpu'] / bare['cpu']:.2f}" if bare and bare["cpu"] else ""
        self.rows.append((name, figures, ratio))
        print(f"  {name}: {figures['wall']:.2f} s, {figures['cpu']:.2f} s cpu, {figures['peak']:.0f} MiB {ratio}", file=sys.stderr)
        return figures

    def retain(self, name, *words, bare=None, database=None):
        command = [self.args.program, *words, "--db", str(database or self.database), *self.flags]
        return self.note(name, measured(command, self.folder), bare)

    def bare(self, name, database, sql):
        command = [sys.executable, "-c", BARE, str(database), str(self.args.threads), self.args.memory_limit or "", sql]
        return self.note(name, measured(command, self.folder))

    def whole(self):
        folder = self.folder
        generate = ["generate", "--vehicles", str(self.vehicles), "--seed", "1", "--out", str(folder / "data"), "--quiet"]
        self.note("generate", measured([self.args.program, *generate], folder))
        orders = folder / "data" / "work_orders.csv"
        text = folder / "text.duckdb"
        stored = self.bare(
            "bare: store the CSV as text", text,
            f"create table t as from read_csv('{orders}', header = true, all_varchar = true)",
        )
        text.unlink()
        imported = self.retain("import orders", "import", str(orders), bare=stored)
        others = [str(folder / "data" / name) for name in ("customers.csv", "vehicles.csv")]
        self.retain("import people, vehicles", "import", *others)
        config = folder / "one_date.toml"
        config.write_text("[score]\nhistory_months = 1\n")
        whole_config = folder / "history.toml"
        whole_config.write_text("[score]\nhistory_months = 13\n")
        kept = folder / "imported.duckdb"
        shutil.copy(self.database, kept)
        self.retain("(first scoring)", "score", "--config", str(config))
        self.bare(
            "bare: visits by unit", self.database,
            "create temp table g as select unit_id, count(*), min(first_on), max(first_on), sum(paid_amount) from visits group by unit_id",
        )
        sorted_ = self.bare(
            "bare: sort by unit and day", self.database,
            "create temp table s as select unit_id, first_on, paid_amount from visits order by unit_id, first_on",
        )
        shutil.copy(kept, self.database)
        one = self.retain("score with one month end", "score", "--config", str(config), bare=sorted_)
        shutil.copy(kept, self.database)
        all_ = self.retain("score with 13 month ends", "score", "--config", str(whole_config), bare=sorted_)
        history = {k: all_[k] - one[k] for k in ("wall", "cpu")} | {"peak": all_["peak"], "spilled": all_["spilled"]}
        self.note("of it twelve more month ends", history, sorted_)
        self.retain("list", "list", "--out", str(folder / "lists"))
        self.retain("report", "report", "month", "--out", str(folder / "reports"))
        total = {k: imported[k] + one[k] for k in ("wall", "cpu")}
        total |= {k: max(imported[k], one[k]) for k in ("peak", "spilled")}
        self.note("import and score with one month end", total)
        size = self.database.stat().st_size / 2**20
        if self.args.increment:
            self.increment(orders, config)
        return orders.stat().st_size / 2**20, size

    def increment(self, orders, config):
        before, month = split_last_month(orders, self.folder)
        other = self.folder / "grown.duckdb"
        self.retain("orders before the last month", "import", str(before), database=other)
        self.retain("score them", "score", "--config", str(config), database=other)
        self.retain("import the last month", "import", str(month), database=other)
        self.retain("score again", "score", "--config", str(config), database=other)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--vehicles", default="1000,10000,100000")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--memory-limit", help="such as 512MB; without it each side has its own default")
    parser.add_argument("--folder", help="where data and databases lie while they are needed")
    parser.add_argument("--increment", action="store_true")
    args = parser.parse_args()
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    load = os.getloadavg()[0]
    print(f"{time.strftime('%Y-%m-%d')}, {model}, {args.threads} threads, memory limit {args.memory_limit or 'by default'}, "
          f"load before {load:.1f}")
    for vehicles in map(int, args.vehicles.split(",")):
        with tempfile.TemporaryDirectory(dir=args.folder) as folder:
            print(f"{vehicles} vehicles", file=sys.stderr)
            run = Run(args, vehicles, Path(folder))
            csv_mib, size = run.whole()
        print(f"\n{vehicles:,} vehicles, orders of {csv_mib:.0f} MiB, database of {size:.0f} MiB\n")
        print("| step | wall s | cpu s | peak MiB | spilled MiB | cpu of bare |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for name, f, ratio in run.rows:
            print(f"| {name} | {f['wall']:.2f} | {f['cpu']:.2f} | {f['peak']:.0f} | {f['spilled']:.0f} | {ratio} |")


if __name__ == "__main__":
    main()
