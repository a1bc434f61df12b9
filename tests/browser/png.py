"""Small pictures of a page: PNG with a palette, a third of the size that Chromium writes."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

Shades = NDArray[np.int32]
COLOURS = 256
PIXELS = """async (picture) => {
  const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = "";
  for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [bitmap.width, bitmap.height, btoa(text)];
}"""


def small_png(page: Page) -> bytes:
    """What the page shows now, in its most frequent colours; rare shades become the nearest of these."""
    page.mouse.move(page.evaluate("innerWidth") / 2, 60)  # nothing that it hovers over lights up
    taken = page.screenshot(animations="disabled", caret="hide")
    empty = page.context.new_page()
    width, height, raw = empty.evaluate(PIXELS, "data:image/png;base64," + base64.b64encode(taken).decode())
    empty.close()
    pixels = np.frombuffer(base64.b64decode(raw), np.uint8).reshape(-1, 4)[:, :3].astype(np.int32)
    packed = pixels @ (65536, 256, 1)
    colours, place, count = np.unique(packed, return_inverse=True, return_counts=True)
    every = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    shades = _palette(every, count)
    nearest = np.array([np.argmin(((shades - one) ** 2).sum(axis=1)) for one in every], np.uint8)
    rows = nearest[place].reshape(height, width)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = shades.astype(np.uint8).tobytes()
    parts = (b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _palette(every: Shades, count: Shades) -> Shades:
    """Half the colours are the most frequent; each of the others is the one that would be missed most."""
    chosen = list(np.argsort(-count)[: COLOURS // 2])
    far = np.min([((every - every[one]) ** 2).sum(axis=1) for one in chosen], axis=0)
    for _ in range(min(COLOURS, len(every)) - len(chosen)):
        chosen.append(int(np.argmax(far * np.sqrt(count))))
        far = np.minimum(far, ((every - every[chosen[-1]]) ** 2).sum(axis=1))
    return every[chosen]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
