from io import BytesIO

from PIL import Image, ImageOps

SIDE = 1024
Image.MAX_IMAGE_PIXELS = (
    25_000_000  # Pillow refuses twice as many: a small file can hold a huge picture
)


def resize(image):
    # JPEG and nothing else: no other decoder reads what a stranger sends.
    with Image.open(BytesIO(image), formats=["JPEG"]) as picture:
        # In this order: thumbnail() first lets the decoder skip most of a large JPEG.
        picture.thumbnail((SIDE, SIDE))
        ImageOps.exif_transpose(picture, in_place=True)
        result = BytesIO()
        picture.convert("RGB").save(result, "JPEG", quality=75)
        return result.getvalue()
