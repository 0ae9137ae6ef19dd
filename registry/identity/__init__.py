"""Signing in by a provider of identities: OpenID Connect Core 1.0, authorization code flow.

Authlib and joserfc know the formats; every request goes through the one door to the web, which
``maillage serve`` hands in (:class:`registry.identity.transport.Transport`).
"""
