"""The examples' templates: sound for CloudFormation, true to the code beside them, on runtimes with a future."""

import datetime
import importlib.metadata
import json
import re

import pytest
import yaml

from tests.lambda_runtime import templates
from tests.lambda_runtime.function import EXAMPLES

ALL = templates.all_templates()
SAM = [file for file in ALL if templates.is_sam(file)]
NOTICE = datetime.timedelta(days=90)


def name(file):
    return str(file.relative_to(EXAMPLES))


def test_there_are_templates():
    assert len(SAM) >= 7


@pytest.mark.parametrize("file", ALL, ids=name)
def test_cfn_lint_has_nothing_to_say(file):
    assert templates.complaints(file.read_text()) == []


@pytest.mark.parametrize("file", SAM, ids=name)
def test_nor_has_it_of_what_sam_makes_of_the_template(file):
    assert templates.complaints_of_transformed(file) == []


def test_sam_validate_finds_each_valid():
    said = dict(zip(SAM, templates.sam_says(SAM), strict=True))
    assert {file: words for file, words in said.items() if words != f"{file} is a valid SAM Template\nexit code 0"} == {}


def test_a_mistake_in_a_template_would_be_found(tmp_path):
    template = EXAMPLES / "hello/template.yaml"
    no_such_values = template.read_text().replace("nodejs24.x", "nodejs99.x").replace("Timeout: 3", "Timeout: 901")
    no_such_name = template.read_text().replace("Timeout: 3", "Timeot: 3")
    complaints = templates.complaints(json.dumps(templates.transformed(template, no_such_values)))
    assert all(any(value in complaint for complaint in complaints) for value in ("nodejs99.x", "901"))
    # What the tutorial says of `sam validate --lint`: a name that does not exist is found, a value that does not exist is not.
    files = [tmp_path / "values.yaml", tmp_path / "name.yaml"]
    for file, text in zip(files, (no_such_values, no_such_name), strict=True):
        file.write_text(text)
    passed, refused = templates.sam_says(files)
    assert "is a valid SAM Template" in passed and passed.endswith("exit code 0")
    assert "Timeot" in refused and refused.endswith("exit code 1")


@pytest.mark.parametrize("file", SAM, ids=name)
def test_the_runtimes_have_a_future(file):
    for function, properties in templates.functions(file).items():
        runtime = properties["Runtime"]
        deprecated = templates.runtime_lifecycle()[runtime]["deprecated"]
        if deprecated and datetime.date.fromisoformat(deprecated) - NOTICE <= datetime.date.today():
            successor = templates.runtime_lifecycle()[runtime]["successor"]
            pytest.fail(f"{name(file)}: {function}: {runtime} is deprecated on {deprecated}; teach {successor or 'its successor'} instead")


@pytest.mark.parametrize("file", SAM, ids=name)
def test_the_handlers_and_variables_in_the_template_are_those_in_the_code(file):
    for function, resource in templates.read(file)["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        module, handler = properties["Handler"].split(".")
        suffix = {"n": ".mjs", "p": ".py"}[properties["Runtime"][0]]
        code = (file.parent / properties["CodeUri"] / (module + suffix)).read_text()
        assert re.search(rf"(export const|def) {handler}\b", code), f"{function}: {properties['Handler']}"
        for variable in properties.get("Environment", {}).get("Variables", {}):
            assert variable in code, f"{function}: {variable} is set and never read"


@pytest.mark.parametrize("file", SAM, ids=name)
def test_every_function_has_a_log_group_that_forgets(file):
    resources = templates.transformed(file)["Resources"]
    for function, properties in templates.functions(file).items():
        group = resources[properties["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["Properties"]["RetentionInDays"] <= 14, function


@pytest.mark.parametrize(("template", "public"), [("function-url/template.yaml", True), ("image-resize/upload.yaml", False)])
def test_only_the_function_that_means_to_be_public_is(template, public):
    resources = templates.transformed(EXAMPLES / template)["Resources"].values()
    granted = {
        (resource["Properties"]["Action"], resource["Properties"]["Principal"]) for resource in resources if resource["Type"] == "AWS::Lambda::Permission"
    }
    assert granted == ({("lambda:InvokeFunctionUrl", "*"), ("lambda:InvokeFunction", "*")} if public else set())


@pytest.mark.parametrize("template", ["upload.yaml", "s3-event.yaml"])
def test_the_image_functions_may_touch_their_two_folders_and_nothing_else(template):
    text = (EXAMPLES / "image-resize" / template).read_text()
    actions = set(re.findall(r"s3:(?!ObjectCreated)\w+", text))
    assert actions == ({"s3:PutObject"} if template == "upload.yaml" else {"s3:GetObject", "s3:PutObject"})
    resources = re.findall(r"!Sub (?:arn:\S+:s3:::|\$\{Images\.Arn\})(\S*)", text)
    assert {resource.rpartition("/")[0].rpartition("/")[2] for resource in resources} == {"uploads", "resized"}
    assert "s3:*" not in text and ":::*" not in text


def test_the_image_functions_have_memory_to_spare():
    measured = yaml.safe_load((EXAMPLES / "image-resize/measurements.yml").read_text())["results"]
    peak = max(result["peak_memory_mb"] for result in measured.values())
    for template in ("upload.yaml", "s3-event.yaml"):
        for properties in templates.functions(EXAMPLES / "image-resize" / template).values():
            assert properties["MemorySize"] > 2 * peak


def test_the_packages_that_an_example_installs_are_those_it_was_tested_with():
    tested = json.loads((EXAMPLES.parent.parent / "tests/node/package.json").read_text())["dependencies"]
    shown = json.loads((EXAMPLES / "image-resize/node/package.json").read_text())["dependencies"]
    assert shown == {package: tested[package] for package in shown}
    for requirement in (EXAMPLES / "image-resize/python/requirements.txt").read_text().split():
        package, version = requirement.split("==")
        assert importlib.metadata.version(package) == version


def test_the_workflow_pins_what_it_uses_and_may_do_little():
    workflow = yaml.safe_load((EXAMPLES / "deploy/workflow.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    [job] = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    for step in job["steps"]:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step.get("uses", "a/a@" + "0" * 40))
        assert "${{" not in step.get("run", ""), "what GitHub fills in goes through env, not into a shell command"


def test_the_lock_file_names_no_address():
    lock = json.loads((EXAMPLES.parent.parent / "tests/node/package-lock.json").read_text())
    assert [package for package, entry in lock["packages"].items() if "resolved" in entry] == []
