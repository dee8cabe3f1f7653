"""What one expression may use. Process owners write expressions; none of them may stop the system."""

LENGTH = 10_000
"""Characters of an expression's text."""

TOKENS = 3_000
"""Words, numbers, texts and signs of an expression: what reading it costs grows with them."""

DEPTH = 100
"""Levels of nesting in an expression, and in a value."""

STEPS = 200_000
"""Items visited, functions called and values compared in one evaluation."""

SECONDS = 0.05
"""Processor time of one evaluation."""

STEPS_PER_LOOK = 200
"""Steps between two looks at the clock; an evaluation with fewer steps never looks."""

CALLS = 20
"""Functions written in FEEL that may be under way inside one another."""

LIST = 10_000
"""Items of a list, also of one that comes in as a variable."""

STRING = 100_000
"""Characters of a string made by an expression."""

CHARACTERS_PER_STEP = 16
"""Characters of strings made by an expression that cost a step, so that all of them together are limited."""

NODES = 50_000
"""Values inside one result or variable, all levels together."""

EXPONENT = 9_999
"""Largest exponent of `**`."""

SPECIAL_KEYS = 100
"""Context keys with operators or keywords in them, per expression."""

PATTERN = 500
"""Characters of a regular expression."""

PATTERN_WEIGHT = 10_000
"""Characters and classes of a regular expression when its repetitions are written out."""

WARNINGS = 100
"""Reasons for nulls kept per environment."""
