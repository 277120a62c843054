"""What a BPMN file may contain: allow-lists of elements, attributes and children, and ways out.

An element or attribute that is on no list is refused: an execution attribute ignored in silence
would make the engine do something else than the diagram says.
"""

from __future__ import annotations

from collections.abc import Mapping

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:approvals:bpmn:1"

HUMAN_TASKS = frozenset({"userTask", "manualTask"})
AUTOMATIC_TASKS = frozenset({"serviceTask", "businessRuleTask", "scriptTask", "sendTask"})
TASKS = HUMAN_TASKS | AUTOMATIC_TASKS | {"task", "receiveTask"}
ACTIVITIES = TASKS | {"subProcess", "callActivity"}
GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
)
CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
EVENTS = CATCHING | {"endEvent", "intermediateThrowEvent"}
NODES = ACTIVITIES | GATEWAYS | EVENTS

LATER: Mapping[str, str] = {
    "correlationSubscription": "a message is delivered to one case; remove the subscription",
}
"""Refused until the engine runs it exactly."""

NEVER: Mapping[str, str] = {
    "complexGateway": "use an inclusive gateway, or a multi-instance task with approval:mode",
    "compensateEventDefinition": "draw the undoing steps as tasks of their own",
    "cancelEventDefinition": "use a boundary error event on a subProcess",
    "transaction": "use a subProcess with a boundary error event",
    "adHocSubProcess": "draw the order of the steps with gateways",
    "choreography": "draw one executable process; other pools may stay as a drawing",
    "globalChoreographyTask": "draw one executable process",
    "choreographyTask": "draw one executable process",
    "subChoreography": "draw one executable process",
    "callChoreography": "draw one executable process",
    "implicitThrowEvent": "use a serviceTask with approval:handler",
    "globalTask": "make it a process of its own and call it",
    "globalUserTask": "make it a process of its own and call it",
    "globalManualTask": "make it a process of its own and call it",
    "globalScriptTask": "make it a process of its own and call it",
    "globalBusinessRuleTask": "make it a process of its own and call it",
    "script": "name a registered handler with approval:handler; script text is never run",
    "complexBehaviorDefinition": "use approval:mode or a completionCondition",
    "loopDataInputRef": "name the case variable with approval:collection",
    "loopDataOutputRef": "name the case variable with approval:output",
    "inputDataItem": "name the item with approval:item",
    "outputDataItem": "name the key with approval:outputItem",
    "potentialOwner": "name the role with approval:role on the task or its lane",
    "humanPerformer": "name the role with approval:role on the task or its lane",
    "performer": "name the role with approval:role on the task or its lane",
    "resourceRole": "name the role with approval:role on the task or its lane",
    "eventDefinitionRef": "write the event definition inside the event",
    "assignment": "a handler reads and writes case variables",
    "transformation": "a handler reads and writes case variables",
}
"""Tier 3: refused for good, with the way out."""

BASE = frozenset({"documentation", "extensionElements"})
FLOW_NODE = BASE | {"incoming", "outgoing", "auditing", "monitoring", "categoryValueRef"}
ACTIVITY = FLOW_NODE | {
    "property",
    "ioSpecification",
    "dataInputAssociation",
    "dataOutputAssociation",
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
}
EVENT = FLOW_NODE | {
    "dataInput",
    "dataOutput",
    "dataInputAssociation",
    "dataOutputAssociation",
    "inputSet",
    "outputSet",
    "property",
}
WAITED = frozenset(
    {"timerEventDefinition", "messageEventDefinition", "signalEventDefinition"}
    | {"conditionalEventDefinition"}
)
THROWN = frozenset({"messageEventDefinition", "signalEventDefinition", "escalationEventDefinition"})
TIMES = frozenset({"timeDuration", "timeDate", "timeCycle"})
DATA = frozenset({"dataObject", "dataObjectReference", "dataStoreReference", "property"})
ARTIFACTS = frozenset({"textAnnotation", "association", "group"})
CONTAINER = NODES | DATA | ARTIFACTS | {"sequenceFlow", "laneSet"}
PROCESS_NOTES = frozenset({"ioSpecification", "auditing", "monitoring", "supports"})

NOT_RUN: Mapping[str, str] = {
    "ioSpecification": "all case variables can be read and written by every step",
    "auditing": "every act is journalled anyway",
    "monitoring": "every act is journalled anyway",
    "rendering": "name the form with approval:form",
    "import": "nothing is loaded from other files",
    "interface": "a serviceTask names its handler with approval:handler",
    "partnerEntity": "",
    "partnerRole": "",
    "endPoint": "",
    "resource": "name roles with approval:role",
    "correlationProperty": "a message is delivered to one case",
    "source": "a link's name joins its ends",
    "target": "a link's name joins its ends",
    "supports": "",
}
"""Kept in the file, with a warning that nothing comes of it."""

OPAQUE = frozenset(
    {"documentation", "extensionElements", "collaboration", "category", "itemDefinition"}
    | {"dataObject", "dataObjectReference", "dataStoreReference", "dataStore", "property"}
    | {"dataInput", "dataOutput", "inputSet", "outputSet", "relationship", "extension"}
    | {"BPMNDiagram", "textAnnotation", "association", "group"}
    | set(NOT_RUN)
)
"""Drawing, data and prose: their inside has no effect on the run and is not looked at."""

CHILDREN: Mapping[str, frozenset[str]] = {
    "definitions": BASE
    | {"process", "collaboration", "error", "message", "signal", "escalation", "itemDefinition"}
    | {"dataStore", "category", "relationship", "extension", "import", "interface", "resource"}
    | {"partnerEntity", "partnerRole", "endPoint", "correlationProperty"},
    "process": BASE | CONTAINER | PROCESS_NOTES,
    "subProcess": ACTIVITY | CONTAINER,
    **dict.fromkeys(TASKS | {"callActivity"}, ACTIVITY),
    "userTask": ACTIVITY | {"rendering"},
    **dict.fromkeys(GATEWAYS, FLOW_NODE),
    "startEvent": EVENT | WAITED | {"errorEventDefinition", "escalationEventDefinition"},
    "endEvent": EVENT | THROWN | {"errorEventDefinition", "terminateEventDefinition"},
    "intermediateCatchEvent": EVENT | WAITED | {"linkEventDefinition"},
    "intermediateThrowEvent": EVENT | THROWN | {"linkEventDefinition"},
    "boundaryEvent": EVENT | WAITED | {"errorEventDefinition", "escalationEventDefinition"},
    "timerEventDefinition": BASE | TIMES,
    "errorEventDefinition": BASE,
    "terminateEventDefinition": BASE,
    "messageEventDefinition": BASE,
    "signalEventDefinition": BASE,
    "escalationEventDefinition": BASE,
    "conditionalEventDefinition": BASE | {"condition"},
    "linkEventDefinition": BASE | {"source", "target"},
    "standardLoopCharacteristics": BASE | {"loopCondition"},
    "loopCondition": BASE,
    "condition": BASE,
    "multiInstanceLoopCharacteristics": BASE | {"loopCardinality", "completionCondition"},
    "loopCardinality": BASE,
    "completionCondition": BASE,
    "conditionExpression": BASE,
    **dict.fromkeys(TIMES, BASE),
    "sequenceFlow": FLOW_NODE | {"conditionExpression"},
    "laneSet": BASE | {"lane"},
    "lane": BASE | {"flowNodeRef", "childLaneSet", "partitionElement"},
    "childLaneSet": BASE | {"lane"},
    "incoming": frozenset(),
    "outgoing": frozenset(),
    "flowNodeRef": frozenset(),
    "categoryValueRef": frozenset(),
    "error": BASE,
    "message": BASE,
    "signal": BASE,
    "escalation": BASE,
    "dataInputAssociation": BASE | {"sourceRef", "targetRef"},
    "dataOutputAssociation": BASE | {"sourceRef", "targetRef"},
    "sourceRef": frozenset(),
    "targetRef": frozenset(),
    "partitionElement": BASE,
}

ONCE = frozenset(
    {"multiInstanceLoopCharacteristics", "loopCardinality", "completionCondition"}
    | {"standardLoopCharacteristics", "loopCondition", "condition"}
    | TIMES
    | {"conditionExpression", "childLaneSet", "extensionElements"}
)
"""Children of which a second one would be ignored."""

COMMON = frozenset({"id", "name"})
ACTIVITY_ATTRIBUTES = COMMON | {
    "default",
    "isForCompensation",
    "startQuantity",
    "completionQuantity",
}
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "definitions": COMMON
    | {"targetNamespace", "expressionLanguage", "typeLanguage", "exporter", "exporterVersion"},
    "process": COMMON | {"isExecutable", "processType", "isClosed", "definitionalCollaborationRef"},
    "task": ACTIVITY_ATTRIBUTES,
    "manualTask": ACTIVITY_ATTRIBUTES,
    "userTask": ACTIVITY_ATTRIBUTES | {"implementation"},
    "serviceTask": ACTIVITY_ATTRIBUTES | {"implementation"},
    "businessRuleTask": ACTIVITY_ATTRIBUTES | {"implementation"},
    "sendTask": ACTIVITY_ATTRIBUTES | {"implementation", "messageRef"},
    "receiveTask": ACTIVITY_ATTRIBUTES | {"implementation", "messageRef", "instantiate"},
    "scriptTask": ACTIVITY_ATTRIBUTES,
    "subProcess": ACTIVITY_ATTRIBUTES | {"triggeredByEvent"},
    "callActivity": ACTIVITY_ATTRIBUTES | {"calledElement"},
    "exclusiveGateway": COMMON | {"default", "gatewayDirection"},
    "inclusiveGateway": COMMON | {"default", "gatewayDirection"},
    "parallelGateway": COMMON | {"gatewayDirection"},
    "eventBasedGateway": COMMON | {"gatewayDirection", "instantiate", "eventGatewayType"},
    "startEvent": COMMON | {"isInterrupting", "parallelMultiple"},
    "endEvent": COMMON,
    "intermediateThrowEvent": COMMON,
    "intermediateCatchEvent": COMMON | {"parallelMultiple"},
    "boundaryEvent": COMMON | {"attachedToRef", "cancelActivity", "parallelMultiple"},
    "sequenceFlow": COMMON | {"sourceRef", "targetRef", "isImmediate"},
    "laneSet": COMMON,
    "childLaneSet": COMMON,
    "lane": COMMON | {"partitionElementRef"},
    "multiInstanceLoopCharacteristics": COMMON | {"isSequential", "behavior"},
    "conditionExpression": frozenset({"id", "language", "evaluatesToTypeRef"}),
    "completionCondition": frozenset({"id", "language", "evaluatesToTypeRef"}),
    "loopCardinality": frozenset({"id", "language", "evaluatesToTypeRef"}),
    **dict.fromkeys(
        TIMES | {"loopCondition", "condition"},
        frozenset({"id", "language", "evaluatesToTypeRef"}),
    ),
    "standardLoopCharacteristics": COMMON | {"testBefore", "loopMaximum"},
    "errorEventDefinition": COMMON | {"errorRef"},
    "messageEventDefinition": COMMON | {"messageRef"},
    "signalEventDefinition": COMMON | {"signalRef"},
    "escalationEventDefinition": COMMON | {"escalationRef"},
    "error": COMMON | {"errorCode", "structureRef"},
    "message": COMMON | {"itemRef"},
    "signal": COMMON | {"structureRef"},
    "escalation": COMMON | {"escalationCode", "structureRef"},
}
"""Attributes without prefix; elements not named here have COMMON."""

FALSE = frozenset({"false", "0"})
TRUE = frozenset({"true", "1"})
EITHER = TRUE | FALSE
YES_NO = "write true or false"
FIXED: Mapping[str, tuple[frozenset[str], str]] = {
    "isForCompensation": (FALSE, "compensation is not supported: draw the undoing steps"),
    "startQuantity": (frozenset({"1"}), "only 1 is supported: join with a parallel gateway"),
    "completionQuantity": (frozenset({"1"}), "only 1 is supported: split with a parallel gateway"),
    "triggeredByEvent": (EITHER, YES_NO),
    "testBefore": (EITHER, YES_NO),
    "instantiate": (FALSE, "use a message start event"),
    "eventGatewayType": (frozenset({"Exclusive"}), "only Exclusive is supported"),
    "parallelMultiple": (FALSE, "multiple events are not supported: use one event each"),
    "behavior": (frozenset({"All"}), "only All is supported: use a completionCondition"),
    "isInterrupting": (EITHER, YES_NO),
    "processType": (frozenset({"None", "Private", "Public"}), "BPMN knows None, Private, Public"),
    "gatewayDirection": (
        frozenset({"Unspecified", "Converging", "Diverging", "Mixed"}),
        "BPMN knows Unspecified, Converging, Diverging, Mixed",
    ),
    "implementation": (
        frozenset({"##unspecified", "##WebService"}),
        "name a registered handler with approval:handler",
    ),
    "cancelActivity": (EITHER, YES_NO),
    "isSequential": (EITHER, YES_NO),
    "isExecutable": (EITHER, YES_NO),
    "isImmediate": (EITHER, YES_NO),
    "isClosed": (EITHER, YES_NO),
}
"""Attribute → values that change nothing or that the engine runs, and the way out for any other."""

WAYS_OUT: Mapping[str, str] = {
    "scriptFormat": NEVER["script"],
    "operationRef": "name a registered handler with approval:handler",
    "messageRef": "the handler decides what is sent",
    "instantiate": "use a message start event",
    "method": "compensation and transactions are not supported",
    "oneBehaviorEventRef": "use a completionCondition",
    "noneBehaviorEventRef": "use a completionCondition",
    "activationCondition": "use an inclusive gateway",
}
"""Way out for refused BPMN attributes."""

HUMAN_ATTRIBUTES = frozenset(
    {"role", "form", "outcomes", "exclude", "assign", "holder", "organ", "result", "phase", "due"}
    | {"calendar", "countFrom", "document"}
)
AUTOMATIC_ATTRIBUTES = frozenset({"handler", "result", "decision"})
OUR_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "process": frozenset({"key", "version", "title", "validFrom"}),
    "lane": frozenset({"role", "scope"}),
    **dict.fromkeys(HUMAN_TASKS, HUMAN_ATTRIBUTES),
    **dict.fromkeys(AUTOMATIC_TASKS, AUTOMATIC_ATTRIBUTES),
    "multiInstanceLoopCharacteristics": frozenset(
        {"collection", "item", "output", "outputItem"}
        | {"mode", "need", "weight", "minQuorum", "onReject"}
    ),
    "sequenceFlow": frozenset({"outcome"}),
    "timerEventDefinition": frozenset({"calendar", "countFrom"}),
    "intermediateCatchEvent": frozenset({"calendar", "countFrom"}),
    "boundaryEvent": frozenset({"calendar", "countFrom"}),
    "endEvent": frozenset({"verdict", "phase"}),
}
"""Namespace urn:approvals:bpmn:1: element → attributes."""

VERDICTS = frozenset({"approved", "conditional", "refused", "not_accepted", "withdrawn", "lapsed"})
CHOICES: Mapping[str, frozenset[str]] = {
    "scope": frozenset({"county", "city"}),
    "calendar": frozenset({"workdays", "days"}),
    "countFrom": frozenset({"publication_day", "next_day"}),
    "mode": frozenset({"ALL", "ANY", "SEQUENCE", "QUORUM"}),
    "onReject": frozenset({"first", "all"}),
    "verdict": VERDICTS,
}

LOOP_NAMES = frozenset(
    {"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "nrOfTerminatedInstances"}
    | {"results"}
)
"""Names that exist only in a completionCondition."""
LOOP_COUNTER = "loopCounter"
"""Name that exists only in a loopCondition: how many runs are done."""
