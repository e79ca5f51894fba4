"""Commands that export credentials leave none behind in the reader's shell: there they would outlive their 15 minutes and win over a new sign-in."""

import os
import re
import subprocess

import pytest

from tests.lambda_runtime.function import EXAMPLES

SECTION = re.compile(r"^# --8<-- \[start:([\w-]+)\]\n(.*?)^# --8<-- \[end:\1\]", re.DOTALL | re.MULTILINE)
EXPORTING = {
    f"{file.relative_to(EXAMPLES)}:{name}": script
    for file in sorted(EXAMPLES.rglob("*.sh"))
    for name, script in SECTION.findall(file.read_text())
    if "export-credentials" in script
}

# Stand-ins: `aws` prints what its version 2 does, `curl` tells what it was given.
TOOLS = """
aws() {
  case "$1" in
    configure) printf 'export AWS_ACCESS_KEY_ID=AKIA\nexport AWS_SECRET_ACCESS_KEY=secret\nexport AWS_SESSION_TOKEN=token\n'
               printf 'export AWS_CREDENTIAL_EXPIRATION=2026-11-25T12:15:00Z\n' ;;
    *) echo https://example.lambda-url.us-east-1.on.aws/ ;;
  esac
}
curl() { printf 'curl: %s\n' "$*"; }
"""
AFTERWARD = "compgen -e | grep ^AWS_ | sed 's/^/left: /' || true\n"


def test_there_are_such_commands():
    assert "image-resize/commands.sh:call-upload" in EXPORTING


@pytest.mark.parametrize("section", EXPORTING)
def test_the_request_is_signed_and_the_shell_is_as_before(section):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    script = TOOLS + EXPORTING[section] + AFTERWARD
    result = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert "--user AKIA:secret" in result.stdout
    assert "x-amz-security-token: token" in result.stdout
    assert "left: " not in result.stdout
