"""Lints the template {file, region} with every rule of cfn-lint, also those that only inform; writes the findings."""

import json
import sys
from pathlib import Path

from cfnlint.api import ManualArgs, lint_file

given = json.load(sys.stdin)
found = lint_file(
    Path(given["file"]),
    ManualArgs(include_checks=["I"], regions=[given["region"]]),
)
json.dump(
    [
        {
            "rule": match.rule.id,
            "severity": match.rule.severity,
            "path": [str(step) for step in match.path or []],
            "message": match.message,
        }
        for match in found
    ],
    sys.stdout,
)
