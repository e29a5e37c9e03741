"""Composing: words with placeholders and values become the bytes of a message; pure."""

from crm.messages.composing.mime import Sender, compose
from crm.messages.composing.rendering import Incomplete, MessageFacts, Rendered, Words, render
from crm.messages.composing.times import words_for_moment, words_for_when

__all__ = [
    "Incomplete",
    "MessageFacts",
    "Rendered",
    "Sender",
    "Words",
    "compose",
    "render",
    "words_for_moment",
    "words_for_when",
]
