"""A provider of identities on loopback, with real keys, that can be made to lie.

It checks what a good one checks (redirect address, PKCE, one use of each code, the secret); each
lie of :data:`Lies` changes one thing of what it says.
"""

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

CLIENT, SECRET = "maillage node:1", "kQ7+w/2mXh9~LwZ4%cKd8:Rn"
"""With signs that HTTP Basic needs encoded."""
NONE = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
RSA = RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "e1", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"})
Change = Callable[[dict[str, Any]], Any]


@dataclass
class Lies:
    """What is changed on the way out; nothing by default.

    Attributes:
        metadata, claims, userinfo, answer, tokens: change the values in place.
        signer: key and algorithm of the id_token.
        kid: named in the header of the id_token.
        raw: id_token as it is sent, made of the good one.
        userinfo_as: media type of the userinfo; its signer beside it.
        broken: path -> status that is answered there.
        slow_s: path -> seconds before it answers.
    """

    metadata: Change = lambda found: None
    claims: Change = lambda found: None
    userinfo: Change = lambda found: None
    answer: Change = lambda found: None
    tokens: Change = lambda found: None
    signer: tuple[Key, str] = (RSA, "RS256")
    kid: str | None = "r1"
    raw: Callable[[str], str] = str
    userinfo_as: str = "application/json"
    userinfo_signer: tuple[Key, str] = (EC, "ES256")
    broken: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    slow_s: dict[str, float] = field(default_factory=dict)


@dataclass
class SmallProvider:
    """The provider; ``now`` is the moment that its tokens speak of."""

    issuer: str = ""
    subject: str = "248289761001"
    now: Callable[[], float] = time.time
    redirect_uri: str = ""
    published: list[Key] = field(default_factory=lambda: [RSA, EC])
    lies: Lies = field(default_factory=Lies)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=a",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end",
            "authorization_response_iss_parameter_supported": True,
        }
        self.lies.metadata(found)
        return found

    def authorize(self, query: dict[str, str]) -> str:
        """Sign the person in at once; return where the browser is sent."""
        assert query["redirect_uri"] == self.redirect_uri
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        found = {"code": code, "state": query["state"], "iss": self.issuer}
        self.lies.answer(found)
        return f"{self.redirect_uri}?{urlencode(found)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        who, secret = map(unquote_plus, pair.split(":")) if pair else _in_body(form)
        if (who, secret) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant", "error_description": "<script>bad()</script>"}
        if create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        bearer = secrets.token_urlsafe(16)
        self.bearers[bearer] = self.subject
        found: dict[str, Any] = {"access_token": bearer, "token_type": "Bearer"}
        found["id_token"] = self.lies.raw(self.id_token(asked["nonce"]))
        self.lies.tokens(found)
        return 200, found

    def id_token(self, nonce: str) -> str:
        now = int(self.now())
        claims: dict[str, Any] = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject}
        claims |= {"nonce": nonce, "iat": now, "exp": now + 300, "email": "somebody@pole.example"}
        self.lies.claims(claims)
        return signed(claims, *self.lies.signer, self.lies.kid)

    def userinfo(self, authorization: str) -> tuple[int, str, bytes]:
        subject = self.bearers.get(authorization.removeprefix("Bearer "))
        if subject is None:
            return 401, "application/json", b"{}"
        found: dict[str, Any] = {"sub": subject, "email": "zinc@pole.example", "name": "A. Zinc"}
        if self.lies.userinfo_as == "application/jwt":
            found |= {"iss": self.issuer, "aud": CLIENT}
            self.lies.userinfo(found)
            key, algorithm = self.lies.userinfo_signer
            return 200, "application/jwt", signed(found, key, algorithm, key.kid).encode()
        self.lies.userinfo(found)
        return 200, self.lies.userinfo_as, json.dumps(found).encode()

    def keys(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.published]}


def _in_body(form: dict[str, str]) -> tuple[str, str]:
    return form.get("client_id", ""), form.get("client_secret", "")


def signed(claims: dict[str, Any], key: Key, algorithm: str, kid: str | None) -> str:
    header = {"alg": algorithm} | ({"kid": kid} if kid else {})
    return jwt.encode(header, claims, key, [algorithm])


def hmac_with_public_key(good: str) -> str:
    """The same claims, signed by HS256 with the provider's public key as the shared secret."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"r1"}').decode().rstrip("=")
    text = f"{head}.{good.split('.')[1]}"
    mac = hmac.digest(RSA.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def unsigned(good: str) -> str:
    return f"{NONE}.{good.split('.')[1]}."


class Handler(BaseHTTPRequestHandler):
    provider: SmallProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._answer(parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(self.path, {k: v[0] for k, v in parse_qs(body).items()})

    def _answer(self, path: str, given: dict[str, str]) -> None:
        lies = self.provider.lies
        self.provider.asked.append(path)
        time.sleep(lies.slow_s.get(path, 0))
        if path in lies.bodies:
            self._send(200, "application/json", lies.bodies[path])
        elif path in lies.broken:
            self._send(lies.broken[path], "application/json", b"{}", self.provider.issuer)
        else:
            self._serve(path, given, self.headers.get("Authorization", ""))

    def _serve(self, path: str, given: dict[str, str], authorization: str) -> None:
        provider = self.provider
        if path == "/authorize":
            self._send(302, "text/plain", b"", provider.authorize(given))
        elif path == "/userinfo":
            self._send(*provider.userinfo(authorization))
        elif path == "/token":
            self._json(*provider.token(given, authorization))
        elif path == "/jwks":
            self._json(200, provider.keys())
        elif path == "/.well-known/openid-configuration":
            self._json(200, provider.metadata())
        else:
            self._send(404, "text/plain", b"")

    def _json(self, status: int, found: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(found).encode())

    def _send(self, status: int, kind: str, body: bytes, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if 300 < status < 400:
            self.send_header("Location", location)
        self.end_headers()
        with suppress(ConnectionError):  # who asked is tired of waiting
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def small_provider(**values: Any) -> Iterator[SmallProvider]:
    """Serve a provider on loopback."""
    provider = SmallProvider(**values)
    own = type("Own", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), own)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
