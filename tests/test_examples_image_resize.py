"""The image example, both designs: an upload through the function, and a function that S3 calls."""

import json
from io import BytesIO

import pytest
import yaml
from PIL import Image

from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import Function
from tests.lambda_runtime.images import BUCKET, Notifications, upload_event
from tests.lambda_runtime.picture import ORIENTATION, photograph
from tests.lambda_runtime.recorded import recorded_json
from tests.measure_image_example import FILE, one_environment

HANDLERS = {"node": "handler", "python": "lambda_handler"}
both = pytest.mark.parametrize("runtime", HANDLERS)


def function(module, runtime, aws):
    return Function(f"image-resize/{runtime}", f"{module}.{HANDLERS[runtime]}", **aws.environment, BUCKET=BUCKET)


@pytest.fixture(scope="module")
def picture():
    return photograph()


def stored(aws, key):
    return aws.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()


def s3_requests(aws):
    return [request for request in aws.requests if f"/{BUCKET}/" in request]


@both
class TestUploadThroughTheFunction:
    def test_it_stores_the_original_and_a_small_copy_with_two_put_requests(self, runtime, picture):
        with simulated_aws() as aws:
            aws.client("s3").create_bucket(Bucket=BUCKET)
            with function("upload", runtime, aws) as upload:
                aws.requests.clear()
                result = upload.response(upload_event(picture))
            keys = json.loads(result["body"])
            assert result["statusCode"] == 201
            assert sorted(s3_requests(aws)) == [f"PUT /{BUCKET}/{keys['resized']}", f"PUT /{BUCKET}/{keys['original']}"]
            assert stored(aws, keys["original"]) == picture
            small = Image.open(BytesIO(stored(aws, keys["resized"])))
        assert (small.format, small.size) == ("JPEG", (1024, 683))
        recorded_json("image-resize/output/upload.json", result)

    def test_it_refuses_what_is_no_picture(self, runtime):
        with simulated_aws() as aws:
            aws.client("s3").create_bucket(Bucket=BUCKET)
            with function("upload", runtime, aws) as upload:
                aws.requests.clear()
                assert upload.response(upload_event(b"%PDF-1.7"))["statusCode"] == 400
                assert upload.response(upload_event(b"hello", "text/plain"))["statusCode"] == 415
            assert aws.requests == []


@both
class TestAFunctionThatS3Calls:
    def test_it_costs_a_get_and_a_put_request(self, runtime, picture):
        with simulated_aws() as aws:
            event = Notifications(aws).put("uploads/photo.jpg", picture)
            with function("created", runtime, aws) as created:
                aws.requests.clear()
                created.response(event)
            assert s3_requests(aws) == [f"GET /{BUCKET}/uploads/photo.jpg", f"PUT /{BUCKET}/resized/photo.jpg"]
            assert Image.open(BytesIO(stored(aws, "resized/photo.jpg"))).size == (1024, 683)

    def test_it_understands_a_key_with_spaces_and_accents(self, runtime):
        with simulated_aws() as aws:
            event = Notifications(aws).put("uploads/my photo + é (100%).jpg", photograph(120, 80))
            assert " " not in event["Records"][0]["s3"]["object"]["key"], "S3 encodes keys in events"
            with function("created", runtime, aws) as created:
                created.response(event)
            assert stored(aws, "resized/my photo + é (100%).jpg")

    def test_it_never_touches_its_own_output(self, runtime):
        with simulated_aws() as aws:
            notifications = Notifications(aws)
            assert notifications.put("resized/photo.jpg", photograph(120, 80)) is None, "the trigger's prefix keeps it out"
            event = notifications.put("uploads/photo.jpg", photograph(120, 80))
            event["Records"][0]["s3"]["object"]["key"] = "resized/photo.jpg"
            with function("created", runtime, aws) as created:
                aws.requests.clear()
                created.response(event)
            assert aws.requests == []


@both
def test_a_picture_taken_sideways_is_turned_and_keeps_no_camera_data(runtime):
    with simulated_aws() as aws:
        event = Notifications(aws).put("uploads/photo.jpg", photograph(1200, 800, orientation=6))
        with function("created", runtime, aws) as created:
            created.response(event)
        small = Image.open(BytesIO(stored(aws, "resized/photo.jpg")))
    assert small.size == (683, 1024)
    assert ORIENTATION not in small.getexif()


def test_the_event_that_pages_show_is_the_one_that_s3_sends():
    with simulated_aws() as aws:
        event = Notifications(aws).put("uploads/my photo.jpg", photograph(120, 80))
    record = event["Records"][0]
    shown = {key: record[key] for key in ("eventSource", "awsRegion", "eventName")}
    shown["s3"] = {"bucket": {"name": record["s3"]["bucket"]["name"]}, "object": {key: record["s3"]["object"][key] for key in ("key", "size")}}
    recorded_json("image-resize/output/s3-event.json", {"Records": [shown]})


@both
@pytest.mark.parametrize("design", ["upload", "created"])
def test_the_sizes_and_requests_that_were_measured_still_hold(runtime, design, picture):
    measured = yaml.safe_load(FILE.read_text())
    result = measured["results"][f"{design}.{runtime}"]
    now = one_environment(design, runtime, picture, invocations=1)
    assert len(picture) == pytest.approx(measured["picture"]["bytes"], rel=0.02)
    for name, size in now["sizes"].items():
        assert size == pytest.approx(result[name], rel=0.02), name
    assert now["memory"] < 512 > result["peak_memory_mb"], "the templates give it twice as much"
