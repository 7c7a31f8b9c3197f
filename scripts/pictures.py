#!/usr/bin/env python3
"""Makes the pictures of the reports in docs/images anew, from the sample department.

    cargo build --release --locked
    python3 -m venv /tmp/pictures && /tmp/pictures/bin/pip install pillow
    /tmp/pictures/bin/python scripts/pictures.py --program PATH/TO/release/retain

Needs Chromium and poppler. Each report is printed as a reader prints it; a sheet of pictures has all its pages, and the
first page of the month stands alone as it looks in a browser. Look at them before they are committed.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
# Pages of a sheet: their width, the room between them, and how many stand side by side.
PAGE, ROOM = 354, 6
COLUMNS = {"month": 5, "year": 6}
COLOURS = 200
PERIODS = {"month": "2025-12", "year": "2025"}
BACKGROUND = (207, 224, 232)


def chromium(*words):
    program = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if program is None:
        sys.exit("Chromium is needed")
    subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", *words],
        check=True, capture_output=True)


def save(image, name):
    # Few colours are on the pages; a palette makes the files small, and one by coverage keeps the rare red of what is bad.
    image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(IMAGES / name, optimize=True)
    print(name, image.size, (IMAGES / name).stat().st_size // 1024, "KB")


def sheet_of(page, columns, folder):
    pdf = folder / "printed.pdf"
    chromium(f"--print-to-pdf={pdf}", "--no-pdf-header-footer", page.as_uri())
    subprocess.run(["pdftoppm", "-png", "-scale-to-x", str(PAGE), "-scale-to-y", "-1", str(pdf), str(folder / "page")], check=True)
    pages = [Image.open(p).convert("RGB") for p in sorted(folder.glob("page-*.png"))]
    rows = -(-len(pages) // columns)
    height = max(p.height for p in pages)
    sheet = Image.new("RGB", (columns * (PAGE + ROOM) - ROOM, rows * (height + ROOM) - ROOM), BACKGROUND)
    for i, picture in enumerate(pages):
        sheet.paste(picture, (i % columns * (PAGE + ROOM), i // columns * (height + ROOM)))
    return sheet


def main():
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--program", default="target/release/retain")
    program = str(Path(ask.parse_args().program).resolve())
    for lang in ("zh", "en"):
        ending = ".zh.png" if lang == "zh" else ".png"
        for kind, period in PERIODS.items():
            with tempfile.TemporaryDirectory() as folder:
                folder = Path(folder)
                subprocess.run([program, "demo", "--out", str(folder / "demo"), "--lang", lang, "--quiet"], check=True, capture_output=True)
                page = folder / "demo" / "reports" / f"{period}.html"
                save(sheet_of(page, COLUMNS[kind], folder), kind + ending)
                if kind == "month":
                    shot = folder / "shot.png"
                    chromium(f"--screenshot={shot}", "--window-size=1120,1230", "--hide-scrollbars", "--force-device-scale-factor=1.2", page.as_uri())
                    save(Image.open(shot).convert("RGB"), "report" + ending)


if __name__ == "__main__":
    main()
