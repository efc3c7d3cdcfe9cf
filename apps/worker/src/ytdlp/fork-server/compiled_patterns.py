"""Keeps compiled patterns. re keeps 512, fewer than the extractors of yt-dlp have, so each run compiled 60 to 150 anew."""

import re
import warnings

try:
    from re import _compiler as compiler
except ImportError:  # before Python 3.11
    import sre_compile as compiler


class CompiledPatterns:
    """Keeps each pattern that is compiled while it learns. Afterwards it only answers, so that no run grows by it."""

    def __init__(self):
        self.known = {}
        self.learns = False
        # Patterns and flags that were asked for and not known.
        self.unknown = []

    def learn(self):
        self.compile = compiler.compile
        self.learns = True
        compiler.compile = self.recall

    def recall(self, pattern, flags=0):
        # re.DEBUG prints, and patterns of bytes may depend on the locale.
        if not isinstance(pattern, str) or flags & re.DEBUG:
            return self.compile(pattern, flags)
        question = pattern, int(flags)
        if question in self.known:
            return self.known[question]
        return self.study(question) if self.learns else self.compile(pattern, flags)

    def study(self, question):
        self.unknown.append(question)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter('always')
            compiled = self.compile(*question)
        # Each run is to say again what Python says about a pattern.
        if not told:
            self.known[question] = compiled
        return compiled
