"""The description of the API: OpenAPI 3.1, kept by hand, compared with the routes by a test."""

from typing import Any

from gongshi import __version__

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_NUMBER: Schema = {"type": "integer"}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_COLOUR: Schema = {"type": "string", "enum": ["red", "black", "watch"]}
_RECORD: Schema = {"type": "object", "additionalProperties": True}


def document(base: str, title: str) -> dict[str, Any]:
    """Return the OpenAPI document of the site at `base`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: API",
            "version": __version__,
            "description": "Public and without registration. Every answer comes whole from the "
            "release in force, named by `release` and by the header X-Release. ETag and "
            "If-None-Match save transfers. Lists and penalties end: drop on the same day what "
            "`/changes` reports as DEL.",
        },
        "servers": [{"url": base}],
        "paths": {f"/api/v1{path}": item for path, item in _PATHS.items()},
        "components": {"schemas": _SCHEMAS, "responses": _RESPONSES},
    }


def _object(required: str, **properties: Schema) -> Schema:
    """Return an object schema; `required` names properties, blanks between."""
    return {"type": "object", "required": required.split(), "properties": properties}


def _many(items: Schema) -> Schema:
    """Return an array schema."""
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def _get(summary: str, answer: Schema, *params: Schema, missing: bool = False) -> dict[str, Any]:
    """Return the path item of a GET."""
    responses: dict[str, Any] = {
        "200": {
            "description": summary,
            "headers": {
                "ETag": {"schema": _TEXT},
                "X-Release": {"schema": _NUMBER},
            },
            "content": {"application/json": {"schema": answer}},
        },
        "304": {"description": "You have it: If-None-Match named this answer."},
        "400": {"$ref": "#/components/responses/Problem"},
    }
    if missing:
        responses["404"] = {"$ref": "#/components/responses/Problem"}
    if any(param["name"] == "release" for param in params):
        responses["410"] = {"$ref": "#/components/responses/Problem"}
    return {"get": {"summary": summary, "parameters": list(params), "responses": responses}}


def _query(name: str, description: str, **schema: object) -> Schema:
    """Return a query parameter that is a whole number."""
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "integer", "minimum": 0, **schema},
    }


def _part(name: str, description: str) -> Schema:
    """Return a parameter in the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"},
    }


_LIMIT = _query("limit", "Rows of a page", minimum=1, maximum=1000, default=100)
_PIN = _query("release", "The release that the paging began with; 410 once it is superseded")
_AFTER = _query("after", "From the `next` of the page before")

_SCHEMAS: dict[str, Schema] = {
    "Release": _object(
        "release seq day files",
        release=_NUMBER,
        seq=_NUMBER,
        day=_DAY,
        sealed_at=_MAYBE,
        penalties={"type": ["integer", "null"]},
        entries={"type": ["integer", "null"]},
        manifest=_TEXT,
        manifest_sha256=_TEXT,
        files=_many(
            _object(
                "url size sha256",
                url=_TEXT,
                size=_NUMBER,
                sha256=_TEXT,
                rows={"type": ["integer", "null"]},
            )
        ),
    ),
    "List": _object(
        "list_code title colour entries",
        list_code=_TEXT,
        title=_TEXT,
        colour=_COLOUR,
        basis=_MAYBE,
        authority=_MAYBE,
        measures=_MAYBE,
        removal_conditions=_MAYBE,
        entries=_NUMBER,
        seq=_NUMBER,
    ),
    "Change": _object(
        "seq op type id at",
        seq=_NUMBER,
        op={"type": "string", "enum": ["ADD", "MOD", "DEL"]},
        type={"type": "string", "enum": ["penalty", "license", "list_entry"]},
        id=_TEXT,
        at=_TEXT,
        reason=_MAYBE,
        basis=_MAYBE,
        entity={**_RECORD, "description": "The record as it stands now; absent on DEL"},
    ),
    "Match": _object(
        "list_code colour entry_id party score",
        list_code=_TEXT,
        colour=_COLOUR,
        entry_id=_TEXT,
        party=_TEXT,
        uscc=_MAYBE,
        score={"type": "number", "const": 1.0},
        until=_DAY,
    ),
    "Problem": {
        **_object(
            "type title status detail code",
            type=_TEXT,
            title=_TEXT,
            status=_NUMBER,
            detail=_TEXT,
            code=_TEXT,
            instance=_TEXT,
            title_en=_TEXT,
            detail_en=_TEXT,
        ),
        "description": "RFC 9457. `title` and `detail` are Chinese, those with `_en` English.",
    },
}

_RESPONSES: dict[str, Any] = {
    "Problem": {
        "description": "What is wrong, and what to do",
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }
}

_NEXT: Schema = {**_MAYBE, "description": "Address of the next page, null at the end"}

_SCREEN: dict[str, Any] = {
    "post": {
        "summary": "Which of these codes and names stand on a list? Exact matches only.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"codes": _many(_TEXT), "names": _many(_TEXT)},
                    },
                    "example": {"codes": ["91990101000000012W"], "names": ["示例食品有限公司"]},
                }
            },
        },
        "responses": {
            "200": {
                "description": "One result per query, codes first, in the order asked",
                "content": {
                    "application/json": {
                        "schema": _object(
                            "release seq results",
                            release=_NUMBER,
                            seq=_NUMBER,
                            results=_many(
                                _object("query matches", query=_TEXT, matches=_many(_ref("Match")))
                            ),
                        )
                    }
                },
            },
            "400": {"$ref": "#/components/responses/Problem"},
            "413": {"$ref": "#/components/responses/Problem"},
        },
    }
}

_PATHS: dict[str, dict[str, Any]] = {
    "/releases/latest": _get("The release in force and its files", _ref("Release")),
    "/lists": _get(
        "Every list",
        _object("release seq lists", release=_NUMBER, seq=_NUMBER, lists=_many(_ref("List"))),
    ),
    "/lists/{code}": _get(
        "One list and its entries",
        _object(
            "release seq list entries next",
            release=_NUMBER,
            seq=_NUMBER,
            list=_ref("List"),
            entries=_many(_RECORD),
            next=_NEXT,
        ),
        _part("code", "Code of the list"),
        _PIN,
        _AFTER,
        _LIMIT,
        missing=True,
    ),
    "/changes": _get(
        "What changed since a sequence number",
        _object(
            "release next changes",
            release=_NUMBER,
            next={"type": ["integer", "null"], "description": "`since` of the next call"},
            changes=_many(_ref("Change")),
        ),
        _query("since", "The last sequence number that you have", default=0),
        _LIMIT,
    ),
    "/parties/{uscc}": _get(
        "One organisation: its list entries, penalties and licences",
        _object(
            "release seq party entries penalties next",
            release=_NUMBER,
            seq=_NUMBER,
            party=_RECORD,
            entries=_many(_RECORD),
            penalties=_many(_RECORD),
            licenses={**_many(_RECORD), "description": "The newest, at most `limit`"},
            next=_NEXT,
        ),
        _part("uscc", "统一社会信用代码"),
        _PIN,
        _AFTER,
        _LIMIT,
        missing=True,
    ),
    "/screen": _SCREEN,
    "/openapi.json": _get("This document", _RECORD),
}
