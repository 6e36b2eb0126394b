"""What an issuer says of itself and of its keys."""

import ipaddress
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from flask.testing import FlaskClient
from jwt.warnings import InsecureKeyLengthWarning

from flask_api import issuer_keys
from flask_api.app import create_app
from flask_api.settings import IdentitySettings, Settings
from tests.caller.ask import accepted, ask, detail
from tests.issuer import AUDIENCE, Issuer, ec_key, public, rsa_key


def self_signed(folder: Path) -> Path:
    """A certificate of 127.0.0.1 and its key, in one file."""
    key, now = ec_key(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "issuer")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, SHA256())
    )
    file = folder / "issuer.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    return file


class TestKeys:
    def test_the_issuer_says_where_they_are(self, own_issuer: Issuer) -> None:
        settings = IdentitySettings(own_issuer.url, AUDIENCE)
        client = create_app(Settings(identity=settings)).test_client()
        assert accepted(client, own_issuer.token())
        assert own_issuer.paths == ["/.well-known/openid-configuration", "/keys"]

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"issuer": "https://issuer.example"}, "describes another issuer than itself"),
            ({"jwks_uri": None}, "does not say where its keys are"),
            ({"jwks_uri": "file:///etc/passwd"}, "does not say where its keys are"),
            ({"jwks_uri": "http://a/keys?a b"}, "does not say where its keys are"),
        ],
    )
    def test_a_description_that_is_none_leads_nowhere(
        self, own_issuer: Issuer, changes: dict[str, object], why: str
    ) -> None:
        own_issuer.configuration |= changes
        settings = IdentitySettings(own_issuer.url, AUDIENCE)
        client = create_app(Settings(identity=settings)).test_client()
        answer = ask(client, own_issuer.bearer())
        assert answer.status_code == 503
        assert detail(answer) == f"the issuer of tokens {why}"
        assert own_issuer.paths == ["/.well-known/openid-configuration"]

    def test_their_address_may_have_a_query(self, own_issuer: Issuer) -> None:
        own_issuer.configuration["jwks_uri"] += "?p=b2c_1_signin"
        settings = IdentitySettings(own_issuer.url, AUDIENCE)
        client = create_app(Settings(identity=settings)).test_client()
        assert accepted(client, own_issuer.token())
        assert own_issuer.paths[1:] == ["/keys?p=b2c_1_signin"]

    def test_an_issuer_with_https_has_them_there_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = self_signed(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        issuer = Issuer()
        issuer.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.tls.load_cert_chain(file)
        with issuer, Issuer() as other:
            issuer.configuration = {"issuer": issuer.url, "jwks_uri": f"{other.url}/keys"}
            settings = IdentitySettings(issuer.url, AUDIENCE)
            client = create_app(Settings(identity=settings)).test_client()
            answer = ask(client, issuer.bearer())
        assert detail(answer) == "the issuer of tokens leads away from https"
        assert other.paths == []

    @pytest.mark.parametrize("trusted", [True, False])
    def test_an_issuer_with_https_shows_a_certificate_that_is_trusted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
    ) -> None:
        file = self_signed(tmp_path)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
        issuer = Issuer()
        issuer.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.tls.load_cert_chain(file)
        with issuer:
            client = create_app(Settings(identity=issuer.settings)).test_client()
            answer = ask(client, issuer.bearer())
        assert answer.status_code == 503
        assert detail(answer) == (
            "no database is configured"
            if trusted
            else "the issuer of tokens cannot be connected to"
        )
        assert issuer.paths == (["/keys"] if trusted else [])

    def test_a_redirect_is_not_followed(self, client: FlaskClient, own_issuer: Issuer) -> None:
        own_issuer.status = 302
        assert ask(client, own_issuer.bearer()).status_code == 503
        assert own_issuer.paths == ["/keys"]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b"[]",
            b"{}",
            b'{"keys":{}}',
            b'{"keys":[7,null,{},{"kty":"RSA"}]}',
            b"[" * 20000,
        ],
    )
    def test_an_answer_that_holds_none_is_an_outage(
        self, client: FlaskClient, own_issuer: Issuer, body: bytes
    ) -> None:
        own_issuer.body = body
        assert ask(client, own_issuer.bearer()).status_code == 503

    def test_an_answer_without_end_is_not_read_to_the_end(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        keys = json.dumps({"keys": own_issuer.keys}).encode()
        own_issuer.body = keys + b" " * issuer_keys.MAXIMUM_ANSWER
        answer = ask(client, own_issuer.bearer())
        assert detail(answer) == "the issuer of tokens gives too long an answer"

    def test_those_that_are_of_no_use_are_left_out(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        weak = rsa_key("weak", 1024)
        other = rsa_key("other")
        own_issuer.keys += [
            public(weak, "weak"),
            public(other, "encryption", use="enc"),
            public(other, "PS256", alg="PS256"),
            {"kty": "oct", "kid": "secret", "k": "c2VjcmV0", "alg": "HS256"},
        ]
        assert accepted(client, own_issuer.token())
        assert not accepted(client, own_issuer.token(other, kid="encryption"))
        assert not accepted(client, own_issuer.token(other, kid="PS256"))
        with pytest.warns(InsecureKeyLengthWarning):
            token = own_issuer.token(weak, kid="weak")
        assert not accepted(client, token)
