"""Agreements: the ledger of consents, one purpose at a time.

Tables: ``ConsentEntry`` (append-only). Neighbours: stands on ``people``; rooms above ask
``queries.consent_stands`` before they do what needs consent.
"""
