"""The pages of intake: for everyone, for applicants, for staff. None needs scripts."""

from services.intake.pages import apply, correct, drafts, files, follow, home, noticing, register

BLUEPRINTS = (
    home.blueprint, apply.blueprint, drafts.blueprint, follow.blueprint, correct.blueprint,
    register.blueprint, files.blueprint, noticing.blueprint,
)  # fmt: skip
