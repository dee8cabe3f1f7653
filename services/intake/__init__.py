"""Intake (案件登记): notice and consent, applications and their materials, corrections, notices of
authorities (通知辩护、通知代理), the case register.

Accepts `intake.register_application`, `intake.open_correction`, `intake.close_application`,
`intake.reopen_application`, `intake.seal_record`. Announces `intake.application_registered`,
`intake.correction_opened`, `intake.application_closed`, `intake.application_reopened`,
`intake.record_sealed`, and to everyone `intake.case_registered`, `intake.application_resubmitted`. Tells
workflow `application_submitted`, `application_resubmitted`, `application_withdrawn`, `notice_received` and
`refusal_overturned`. Listens to the case's states and stages, and to who handles it, for its register.
"""
