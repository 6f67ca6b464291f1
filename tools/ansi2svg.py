#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ansi2svg.py [TITLE] <captured >picture.svg - draws what a terminal showed, colours and all, as an SVG picture.

It knows the escape sequences that set colours and weight; others are dropped.  docs/report.svg is made after `make demo` by

    script -qec 'stty cols 100; build/tacho report photos' /dev/null | tools/ansi2svg.py TITLE >docs/report.svg
"""
import html
import re
import sys
import unicodedata

CELL, LINE, MARGIN, TITLE = 8.4, 18, 16, 34
BACK, FORE = "#15191e", "#d3d7cf"
PALETTE = ("#2e3436 #ef5350 #7fc65a #e0b03a #5a9be6 #b07fc8 #35b5b5 #d3d7cf "
           "#7a828a #ff7b72 #a5e075 #f5d76e #82b8f5 #d1a3e6 #6fdede #ffffff").split()
FONT = "ui-monospace,'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace"


def colour_256(number):
    if number < 16:
        return PALETTE[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    levels = (0, 95, 135, 175, 215, 255)
    number -= 16
    return "#" + "".join(f"{levels[number // step % 6]:02x}" for step in (36, 6, 1))


class Style:
    def __init__(self):
        self.fore, self.back, self.bold, self.dim, self.italic, self.under = None, None, False, False, False, False

    def take(self, codes):
        """Applies the numbers of one SGR sequence."""
        codes = list(codes)
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.__init__()
            elif code in (1, 2, 3, 4):
                setattr(self, {1: "bold", 2: "dim", 3: "italic", 4: "under"}[code], True)
            elif code == 22:
                self.bold = self.dim = False
            elif code in (23, 24):
                setattr(self, {23: "italic", 24: "under"}[code], False)
            elif code in (38, 48) and codes:
                kind = codes.pop(0)
                if kind == 5 and codes:
                    colour = colour_256(codes.pop(0))
                else:
                    colour, codes = "#" + "".join(f"{part:02x}" for part in codes[:3]), codes[3:]
                setattr(self, "fore" if code == 38 else "back", colour)
            elif code in (39, 49):
                setattr(self, "fore" if code == 39 else "back", None)
            else:
                for first, name, offset in ((30, "fore", 0), (90, "fore", 8), (40, "back", 0), (100, "back", 8)):
                    if first <= code < first + 8:
                        setattr(self, name, PALETTE[code - first + offset])

    def attributes(self):
        out = f' fill="{self.fore or FORE}"'
        out += ' font-weight="bold"' if self.bold else ""
        out += ' font-style="italic"' if self.italic else ""
        out += ' text-decoration="underline"' if self.under else ""
        return out + (' opacity="0.62"' if self.dim else "")


def cells(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def runs(line, style):
    """(column, text, attributes, background) for each piece of one look."""
    column = 0
    for piece in re.split(r"(\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.)", line):
        if re.fullmatch(r"\x1b\[[0-9;]*m", piece):
            style.take(int(code or 0) for code in piece[2:-1].split(";"))
        elif piece and not piece.startswith("\x1b"):
            text = "".join(c for c in piece if c >= " ")
            yield column, text, style.attributes(), style.back
            column += cells(text)


def draw(text, title):
    style, out, widest = Style(), [], 60
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1].expandtabs() for line in text.rstrip("\n").split("\n")]
    for number, line in enumerate(lines):
        y = TITLE + MARGIN + number * LINE
        for column, piece, attributes, back in runs(line, style):
            x, width = MARGIN + column * CELL, cells(piece) * CELL
            widest = max(widest, column + len(piece.rstrip()))
            if back:
                out.append(f'<rect x="{x:.1f}" y="{y - 13.5:.1f}" width="{width:.1f}" height="{LINE}" fill="{back}"/>')
            if piece.strip():
                # textLength keeps the columns straight whatever font the viewer has
                out.append(f'<text x="{x:.1f}" y="{y}" textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"{attributes}>'
                           f"{html.escape(piece)}</text>")
    width, height = 2 * MARGIN + widest * CELL, TITLE + MARGIN + len(lines) * LINE
    dots = "".join(f'<circle cx="{MARGIN + 4 + 18 * i}" cy="17" r="5" fill="#3b424a"/>' for i in range(3))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'font-family="{FONT}" font-size="14" role="img" aria-label="{html.escape(title)}">',
        "<style>text{white-space:pre}</style>",
        f'<rect width="100%" height="100%" rx="8" fill="{BACK}"/>', dots,
        f'<text x="50%" y="21" text-anchor="middle" font-size="12" fill="#8b949e">{html.escape(title)}</text>',
        '<g xml:space="preserve">', *out, "</g>", "</svg>", ""])


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(draw(sys.stdin.read(), " ".join(sys.argv[1:]) or "terminal"))
