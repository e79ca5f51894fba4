"""A picture like a photograph, made by arithmetic: the same bytes each time, and nobody's copyright."""

from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

ORIENTATION = 0x0112


def photograph(width: int = 2400, height: int = 1600, *, quality: int = 91, orientation: int | None = None) -> bytes:
    """A JPEG: soft light, some shapes, grain. `orientation` is what a camera that was held sideways writes into the file."""
    random = Random(1)
    size = (width, height)
    sky = [Image.linear_gradient("L").rotate(turn).resize(size) for turn in (0, 90, 180)]
    picture = Image.merge("RGB", sky)
    draw = ImageDraw.Draw(picture)
    for _ in range(120):
        x, y, radius = random.randrange(width), random.randrange(height), random.randrange(10, 160)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tuple(random.randbytes(3)))
    for shrink, strength in ((8, 0.17), (2, 0.2), (1, 0.05)):
        small = (width // shrink, height // shrink)
        grain = Image.frombytes("L", small, random.randbytes(small[0] * small[1])).resize(size, Image.Resampling.BICUBIC)
        picture = Image.blend(picture, ImageChops.multiply(picture, Image.merge("RGB", [grain] * 3)), strength)
    picture = picture.filter(ImageFilter.GaussianBlur(0.5))
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality, exif=exif)
    return file.getvalue()
