#!/usr/bin/env bash
# Makes assets/fonts/NotoSansSC-Regular-subset.ttf: GB2312, ASCII and the signs that reports use.
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
python3 - "$work/characters.txt" <<'PY'
import sys
chars = {chr(c) for c in range(0x20, 0x7F)}
for high in range(0xA1, 0xF8):
    for low in range(0xA1, 0xFF):
        try:
            chars.add(bytes([high, low]).decode("gb2312"))
        except UnicodeDecodeError:
            pass
chars |= set("¥·–—…≤≥±×÷°％￥−•©²³")
chars |= {chr(c) for c in range(0x2160, 0x216C)}  # Ⅰ–Ⅻ
chars |= {chr(c) for c in range(0x2460, 0x2474)}  # ①–⑳
chars |= set("●○▲△▼▽■□◆◇←↑→↓")
with open(sys.argv[1], "w", encoding="utf-8") as f:
    f.write("".join(sorted(chars)))
PY

mkdir -p "$out"
pyftsubset "$work/package/400Regular/NotoSansSC_400Regular.ttf" \
    --text-file="$work/characters.txt" \
    --output-file="$out/NotoSansSC-Regular-subset.ttf" \
    --layout-features='' --no-hinting --notdef-outline --no-recalc-timestamp \
    --drop-tables+=vhea,vmtx,VORG,BASE,STAT,DSIG
cp "$work/package/LICENSE_FONT" "$out/LICENSE-OFL.txt"
ls -l "$out"
