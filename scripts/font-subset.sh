#!/usr/bin/env bash
# Makes assets/fonts/NotoSansSC-*-subset.ttf: Regular with GB2312, ASCII and the signs that reports use; Bold, for
# headings, with the 3,755 commoner characters of GB2312 and all of the catalogues (the rest falls back on Regular).
# Needs npm and Python with fonttools (`pip install fonttools`). Run it again when the test
# `every_character_of_the_catalogue_is_in_the_font` names a missing character.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
out="$here/assets/fonts"
package='@expo-google-fonts/noto-sans-sc'
version=0.4.3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent "$package@$version" >/dev/null && tar xzf ./*.tgz)

# GB2312 in full (its signs, Greek and Cyrillic letters too), ASCII, and by hand what GB2312 lacks.
python3 - "$work" "$here/src/i18n/locales" <<'PY'
import pathlib
import sys

work, locales = map(pathlib.Path, sys.argv[1:])


def gb2312(first, last):
    for high in range(first, last):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                pass


signs = {chr(c) for c in range(0x20, 0x7F)} | set(gb2312(0xA1, 0xB0))
signs |= set("¥·–—…≤≥±×÷°％￥−•©²³€£₩₫")
signs |= {chr(c) for c in range(0x2160, 0x216C)}  # Ⅰ–Ⅻ
signs |= {chr(c) for c in range(0x2460, 0x2474)}  # ①–⑳
signs |= set("●○▲△▼▽■□◆◇←↑→↓")
said = {c for f in locales.rglob("*.ftl") for c in f.read_text(encoding="utf-8") if c.isprintable()}
for name, chars in {
    "regular": signs | said | set(gb2312(0xB0, 0xF8)),
    "bold": signs | said | set(gb2312(0xB0, 0xD8)),
}.items():
    (work / f"{name}.txt").write_text("".join(sorted(chars)), encoding="utf-8")
PY

mkdir -p "$out"
cut() {
    pyftsubset "$work/package/$1" --text-file="$work/$2.txt" --output-file="$out/$3" \
        --layout-features='' --no-hinting --notdef-outline --no-recalc-timestamp \
        --drop-tables+=vhea,vmtx,VORG,BASE,STAT,DSIG
}
cut 400Regular/NotoSansSC_400Regular.ttf regular NotoSansSC-Regular-subset.ttf
cut 700Bold/NotoSansSC_700Bold.ttf bold NotoSansSC-Bold-subset.ttf
cp "$work/package/LICENSE_FONT" "$out/LICENSE-OFL.txt"
ls -l "$out"
