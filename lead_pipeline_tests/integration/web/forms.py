"""Pages as a browser without a script has them: their forms filled in and sent."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode

from lead_pipeline_tests.integration.web.serving import Answer, Caller


class _Forms(HTMLParser):
    """The forms of a page: action, and what each of their fields holds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and ("selected" in given or self._select not in self._fields):
            self._fields[self._select] = given.get("value", "")
        elif tag in ("input", "textarea") and given.get("type") not in ("checkbox", "file"):
            self._fields[given["name"]] = given.get("value", "")
        elif tag == "input" and given.get("type") == "checkbox" and "checked" in given:
            self._fields[given["name"]] = given["value"]

    @property
    def _fields(self) -> dict[str, str]:
        return self.found[-1][1]


def form(page: Answer, action: str, at: int = 0) -> dict[str, str]:
    """What a form of the page holds before anybody touches it."""
    parser = _Forms()
    parser.feed(page.body.decode())
    return [fields for where, fields in parser.found if where == action][at]


def send(call: Caller, path: str, fields: dict[str, str], **headers: str) -> Answer:
    """The page that sending a form leads to, or the answer that refuses it."""
    named = {"content_type": "application/x-www-form-urlencoded"} | headers
    answer = call("POST", path, urlencode(fields).encode(), **named)
    return call("GET", answer.headers["location"]) if answer.status == 303 else answer


def words(page: Answer) -> str:
    """The text of a page, its blanks as one."""
    text = re.sub(r"<[^>]*>", " ", page.body.decode())
    return " ".join(unescape(text).split())
