"""The tests that pages show are run, and shown with what they print."""

import os
import re
import shutil
import subprocess
import sys

from tests.lambda_runtime import tools
from tests.lambda_runtime.function import EXAMPLES
from tests.lambda_runtime.recorded import recorded


def run(folder, *files, command):
    for file in files:
        shutil.copy(EXAMPLES / file, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "AWS_", "NODE_"))}
    return subprocess.run(command, cwd=folder, env={**environment, "NO_COLOR": "1"}, capture_output=True, text=True)


def pytest_of(folder, *files):
    # -c: not the project's own pytest configuration, wherever the temporary folder is
    (folder / "pytest.ini").write_text("[pytest]\n")
    result = run(folder, *files, command=[sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pytest.ini"])
    assert result.returncode == 0, result.stdout
    return re.sub(r"in [\d.]+s", "in 0.10s", result.stdout)


def test_the_unit_test_in_python(tmp_path):
    output = pytest_of(tmp_path, "hello/python/lambda_function.py", "testing/python/test_unit.py")
    assert "2 passed" in output
    recorded("testing/output/unit-python.txt", output)


def test_the_test_with_a_simulated_table(tmp_path):
    output = pytest_of(tmp_path, "table/python/lambda_function.py", "testing/python/test_table.py")
    assert "1 passed" in output
    recorded("testing/output/table-python.txt", output)


def test_the_unit_test_in_node(tmp_path):
    result = run(tmp_path, "hello/node/index.mjs", "testing/node/index.test.mjs", command=[tools.node(), "--test", "--test-reporter=spec"])
    assert result.returncode == 0, result.stdout
    assert "pass 2" in result.stdout
    recorded("testing/output/unit-node.txt", re.sub(r"[\d.]+ms|(?<=duration_ms )[\d.]+", lambda time: "1ms" if time[0].endswith("ms") else "50", result.stdout))
