"""Rapport: practice, record and relationship in one self-hosted platform."""

__version__ = "0.1.0"
