"""Reads the forms and links of an HTML page the way a browser without scripts would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """One form: where it goes and what it would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Page:
    """What matters of a page to somebody clicking through it."""

    language: str | None = None
    title: str = ""
    text: str = ""
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def form(self, *, action: str = "", field_name: str = "") -> Form:
        """The one form whose action contains ``action`` and which has ``field_name``."""
        matching = [
            form for form in self.forms if action in form.action and (not field_name or field_name in form.fields)
        ]
        assert len(matching) == 1, f"expected one form for {action!r}/{field_name!r}, have {self.forms}"
        return matching[0]

    def link(self, part: str) -> str:
        """The first link that contains ``part``."""
        matching = [link for link in self.links if part in link]
        assert matching, f"no link with {part!r} among {self.links}"
        return matching[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.inside: list[str] = []
        self.form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in ("title", "script", "style"):
            self.inside.append(tag)
        if tag == "html":
            self.page.language = attributes.get("lang")
        elif tag == "form":
            self.form = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.page.forms.append(self.form)
        elif tag == "a" and "href" in attributes:
            self.page.links.append(attributes["href"])
        elif self.form is not None:
            self._form_control(tag, attributes, self.form)

    @staticmethod
    def _form_control(tag: str, attributes: dict[str, str], form: Form) -> None:
        name, value = attributes.get("name", ""), attributes.get("value", "")
        kind = attributes.get("type", "submit" if tag == "button" else "text")
        if tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons.append((name, value, attributes.get("formaction", "")))
        elif tag == "input" and name and kind in ("checkbox", "radio") and "checked" not in attributes:
            form.choices[name] = value or "on"
        elif tag == "input" and name:
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()
        if tag == "form":
            self.form = None

    def handle_data(self, data: str) -> None:
        if self.inside == ["title"]:
            self.page.title += data
        elif not self.inside:
            self.page.text += data


def read_page(html: str) -> Page:
    """Parse one page."""
    reader = _Reader()
    reader.feed(html)
    reader.page.text = " ".join(reader.page.text.split())
    return reader.page
