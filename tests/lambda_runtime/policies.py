"""IAM policies of a template: which requests they allow. Only what the examples use of IAM: Allow, Deny, wildcards, StringEquals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import templates

VALUES = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}


@dataclass(frozen=True)
class Statement:
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: dict[str, str]

    def concerns(self, action: str, resource: str, context: dict[str, str]) -> bool:
        named = any(_like(pattern, action) for pattern in self.actions) and any(_like(pattern, resource) for pattern in self.resources)
        return named and all(context.get(key) == value for key, value in self.conditions.items())


def statements(file: Path, role: str, **values: str) -> list[Statement]:
    """The inline policies of a role, or the document of a managed policy, with the template's functions filled in."""
    resources = templates.read(file)["Resources"]
    properties = resources[role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])] or [properties["PolicyDocument"]]
    known = {**VALUES, **{name: str(parameter.get("Default")) for name, parameter in templates.read(file).get("Parameters", {}).items()}, **values}
    return [_statement(_resolved(statement, known)) for document in documents for statement in document["Statement"]]


def allow(given: list[Statement], action: str, resource: str, **context: str) -> bool:
    """`PassedToService="lambda.amazonaws.com"` is the context key iam:PassedToService."""
    keys = {f"iam:{name}": value for name, value in context.items()}
    effects = {statement.effect for statement in given if statement.concerns(action, resource, keys)}
    return effects == {"Allow"}


def _statement(written: dict[str, Any]) -> Statement:
    conditions = written.get("Condition", {"StringEquals": {}})
    assert list(conditions) == ["StringEquals"], f"not understood here: {conditions}"
    return Statement(written["Effect"], _many(written["Action"]), _many(written["Resource"]), conditions["StringEquals"])


def _many(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _resolved(value: Any, known: dict[str, str]) -> Any:
    """`!Sub`, `!Ref` and `!GetAtt`. A resource is known by what stands for it: `Ref` of a policy is its ARN, and so is each `.Arn`."""
    if isinstance(value, list):
        return [_resolved(part, known) for part in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", lambda name: known.get(name[1]) or _arn(name[1]), text)
        case {"Ref": name}:
            return known.get(name) or _arn(name)
        case {"Fn::GetAtt": name}:
            return _arn(".".join(name) if isinstance(name, list) else name)
    return {key: _resolved(part, known) for key, part in value.items()}


def _arn(resource: str) -> str:
    return f"arn:of:{resource.removesuffix('.Arn')}"


def _like(pattern: str, text: str) -> bool:
    return re.fullmatch("".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", pattern)), text) is not None
