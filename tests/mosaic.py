# SPDX-License-Identifier: MIT
"""Makes small JPEG files without a library: each 8 x 8 block of grey is one value, so only DC coefficients are coded."""
import struct


def _segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(camera, iso):
    """An EXIF segment's body with a camera model and a film speed."""
    model = camera.encode() + b"\0"
    ifd0 = 8
    sub = ifd0 + 2 + 2 * 12 + 4
    text = sub + 2 + 12 + 4
    tiff = b"II*\0" + struct.pack("<I", ifd0)
    tiff += struct.pack("<H", 2)
    tiff += struct.pack("<HHII", 0x0110, 2, len(model), text)
    tiff += struct.pack("<HHII", 0x8769, 4, 1, sub)
    tiff += struct.pack("<I", 0)
    tiff += struct.pack("<H", 1)
    tiff += struct.pack("<HHIHH", 0x8827, 3, 1, iso, 0)
    tiff += struct.pack("<I", 0)
    return b"Exif\0\0" + tiff + model


def jpeg(columns, rows, value, camera=None, iso=0):
    """A grey JPEG of columns x rows blocks; value(column, row) gives a block's level from 0 to 255."""
    # The code of a DC difference of n bits is the number n itself in 4 bits; the only AC code is "end of block", one bit.
    out = b"\xff\xd8"
    if camera:
        out += _segment(0xE1, exif(camera, iso))
    out += _segment(0xDB, b"\0" + bytes([8] * 64))
    out += _segment(0xC0, struct.pack(">BHHB", 8, rows * 8, columns * 8, 1) + b"\x01\x11\x00")
    out += _segment(0xC4, b"\x00" + bytes([0, 0, 0, 12] + [0] * 12) + bytes(range(12)))
    out += _segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0")
    out += _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    bits, before = [], 0
    for row in range(rows):
        for column in range(columns):
            level = value(column, row) - 128  # with every quantiser 8, DC is the mean itself
            difference = level - before
            before = level
            size = abs(difference).bit_length()
            bits.append(f"{size:04b}")
            if size:
                bits.append(f"{difference if difference > 0 else difference + (1 << size) - 1:0{size}b}")
            bits.append("0")
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    data = int(text, 2).to_bytes(len(text) // 8, "big")
    return out + data.replace(b"\xff", b"\xff\0") + b"\xff\xd9"
