"""Floor 2: what decides.

Lifecycles (model, loader, checker and the shipped files), the machine, deadlines with their trace, the records and
the ledger they are written to live here. Deciding is pure; writing sits in few named modules. May import config.
"""
