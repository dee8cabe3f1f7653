"""Notify (通知): tells people things over several channels, keeps their mailbox, and stores public events.

Accepts: SendNotice. Announces: NoticeSent.
One notice is one text per recipient (`notices/*.yaml`) and one delivery per recipient, channel and
attempt. In-app messages arrive at once; text messages go out by a clock, through a gateway; a phone call
waits for a clerk, who records how it ended.
Listens to: identity.PersonChanged (names, phones, roles), intake.ApplicationRegistered (the case, and the
phone the applicant gave), dispatch.TurnTaken (which firm may see the case), and every public event, which
it serves as a feed at `/notify/api/events`.
"""
