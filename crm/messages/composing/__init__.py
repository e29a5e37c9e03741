"""Composing: words with placeholders and values become the bytes of a message; pure."""

from crm.messages.composing.checking import check
from crm.messages.composing.differences import Line, differences
from crm.messages.composing.examples import EXAMPLES, Example, example
from crm.messages.composing.mime import Sender, compose
from crm.messages.composing.rendering import Incomplete, MessageFacts, Rendered, Words, render
from crm.messages.composing.times import words_for_moment, words_for_when
from crm.messages.composing.vocabulary import LINKS, placeholders

__all__ = [
    "EXAMPLES",
    "LINKS",
    "Example",
    "Incomplete",
    "Line",
    "MessageFacts",
    "Rendered",
    "Sender",
    "Words",
    "check",
    "compose",
    "differences",
    "example",
    "placeholders",
    "render",
    "words_for_moment",
    "words_for_when",
]
