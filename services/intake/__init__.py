"""Intake (案件登记): notice and consent, applications and their materials, corrections, the case register.

Accepts `intake.register_application`, `intake.open_correction`, `intake.close_application`,
`intake.seal_record`. Announces `intake.application_registered`, `intake.correction_opened`,
`intake.application_closed`, `intake.record_sealed`, and to everyone `intake.case_registered`,
`intake.application_resubmitted`. Tells workflow `application_submitted`, `application_resubmitted` and
`application_withdrawn`. Listens to the case's states and stages, and to who handles it, for its register.
"""
