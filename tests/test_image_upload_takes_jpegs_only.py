"""The image example takes JPEG pictures and nothing that only claims to be one: the decoders of other formats never see a stranger's bytes."""

import base64
import json
from io import BytesIO

import pytest
from PIL import Image

from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import Function
from tests.lambda_runtime.images import BUCKET, Notifications, upload_event
from tests.lambda_runtime.picture import photograph

HANDLERS = {"node": "handler", "python": "lambda_handler"}
both = pytest.mark.parametrize("runtime", HANDLERS)

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>\n'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n0 0 8 8 rectfill\nshowpage\n%%EOF\n"


def picture(kind, **options):
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, kind, **options)
    return file.getvalue()


def jpeg(**options):
    return picture("JPEG", **options)


NO_JPEG = {kind: picture(kind) for kind in ("PNG", "GIF", "TIFF", "BMP", "WEBP", "PPM")} | {"SVG": SVG, "EPS": EPS, "PDF": b"%PDF-1.7", "nothing": b""}


def too_large():
    """Some hundred bytes whose header (SOF0: marker, length, precision, height, width) says 65,000 by 65,000 pixels."""
    before, marker, after = jpeg().partition(b"\xff\xc0")
    return before + marker + after[:3] + (65_000).to_bytes(2) * 2 + after[7:]


DAMAGED = {"cut off": jpeg()[:300], "the first bytes alone": jpeg()[:3], "absurdly many pixels": too_large()}


@pytest.fixture(scope="module", params=HANDLERS)
def upload(request):
    """One environment of the upload function, and the simulated AWS that it talks to."""
    with simulated_aws() as aws:
        aws.client("s3").create_bucket(Bucket=BUCKET)
        with Function(f"image-resize/{request.param}", f"upload.{HANDLERS[request.param]}", **aws.environment, BUCKET=BUCKET) as function:
            yield function, aws


def answer_to(upload, event):
    """The status of the answer, how many requests went to AWS, and the lines that were logged meanwhile."""
    function, aws = upload
    aws.requests.clear()
    before = len(function.log())
    answer = function.response(event)
    return answer, len(aws.requests), function.log()[before:]


def is_refused_with_a_reason(upload, event):
    answer, requests, log = answer_to(upload, event)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"]) == {"error": "this is not a JPEG picture"}
    assert requests == 0, "nothing is stored"
    [line] = log.strip().splitlines()
    reason = line.partition("refused: ")[2]
    assert len(reason) > 10, f"the log says why: {line}"


@pytest.mark.parametrize("kind", NO_JPEG)
def test_another_format_sent_as_image_jpeg_is_refused(upload, kind):
    is_refused_with_a_reason(upload, upload_event(NO_JPEG[kind]))


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_or_hostile_jpeg_is_refused(upload, damage):
    is_refused_with_a_reason(upload, upload_event(DAMAGED[damage]))


@pytest.mark.parametrize("body", ["a", "no base64!", "é", ""])
def test_a_body_that_is_no_base64_is_refused(upload, body):
    is_refused_with_a_reason(upload, upload_event(b"") | {"body": body})


def test_so_is_a_request_without_a_body(upload):
    event = upload_event(b"")
    del event["body"]
    is_refused_with_a_reason(upload, event)


def test_a_jpeg_is_taken_with_whatever_the_camera_wrote_into_it(upload):
    second = Image.new("RGB", (8, 8), "blue")
    for body in (jpeg(), picture("MPO", save_all=True, append_images=[second]), jpeg(exif=b"Exif\0\0no TIFF header here")):
        answer, requests, _ = answer_to(upload, upload_event(body))
        assert (answer["statusCode"], requests) == (201, 2), answer


@both
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_the_function_that_s3_calls_makes_no_copy_of_another_format(runtime, kind):
    with simulated_aws() as aws:
        event = Notifications(aws).put("uploads/photo.jpg", NO_JPEG[kind])
        with Function(f"image-resize/{runtime}", f"created.{HANDLERS[runtime]}", **aws.environment, BUCKET=BUCKET) as created:
            created.error(event)
        keys = [item["Key"] for item in aws.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert keys == ["uploads/photo.jpg"]


def test_the_pictures_of_these_tests_are_what_they_are_called():
    for kind in ("PNG", "GIF", "TIFF", "BMP", "WEBP", "PPM", "EPS"):
        assert Image.open(BytesIO(NO_JPEG[kind])).format == kind
    assert Image.open(BytesIO(photograph(120, 80))).format == "JPEG"
    assert base64.b64decode(upload_event(jpeg())["body"]) == jpeg()
