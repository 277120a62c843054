"""The description of our namespace for Camunda Modeler and bpmn-js (a "moddle" file)."""

from __future__ import annotations

import json

from workflows.bpmn.vocabulary import OUR_ATTRIBUTES, OURS


def description() -> str:
    """JSON by which a modeler keeps our attributes; policies/ ships a copy of it."""
    types = [
        {
            "name": f"{_capital(element)}Attributes",
            "extends": [f"bpmn:{_capital(element)}"],
            "properties": [
                {"name": name, "isAttr": True, "type": "String"} for name in sorted(names)
            ],
        }
        for element, names in sorted(OUR_ATTRIBUTES.items())
    ]
    whole = {
        "name": "Approvals",
        "prefix": "approval",
        "uri": OURS,
        "xml": {"tagAlias": "lowerCase"},
        "associations": [],
        "types": types,
    }
    return json.dumps(whole, indent=2) + "\n"


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
