"""Floor 3: what tells someone.

The outbox, the message and drafting templates, recipients and visibility, the mailer, reminders and the scheduler that
wakes them live here. May import states and config.
"""
