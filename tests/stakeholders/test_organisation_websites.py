"""Websites: what can be linked to safely, and nothing else."""

import pytest

from crm.stakeholders.values.addresses import NotAWebsite, website


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("www.assen.example", "https://www.assen.example"),
        ("//www.assen.example", "https://www.assen.example"),
        (" http://assen.example/a?b=c#d ", "http://assen.example/a?b=c#d"),
        ("HTTPS://Assen.example", "HTTPS://Assen.example"),
        ("assen.example:8000/pad", "https://assen.example:8000/pad"),
        ("https://münchen.example", "https://münchen.example"),
    ],
)
def test_a_website_gets_its_scheme(typed: str, kept: str) -> None:
    assert website(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        " java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "ftp://assen.example",
        "mailto:ada@kring.example",
        "file:///etc/passwd",
        "https://",
        "https://assen",
        "https://[::1",
        "https://assen.example:port",
        "https://user:secret@assen.example",
        "https://kring.example@evil.example",
        "https://a.example\\@evil.example",
        'https://a.example/"><script>',
        "geen website",
    ],
)
def test_what_is_no_website_is_refused(typed: str) -> None:
    with pytest.raises(NotAWebsite):
        website(typed)
