"""Signing in: password and a second factor, passkeys, recovery codes. There is no sign-up."""
