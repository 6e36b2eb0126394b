from pathlib import Path

import pytest
from cryptography import x509
from ministack.core.x509_utils import generate_ca
from ministack.services import rds

from extensions.databases import authority


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> x509.Certificate:
    """The machine's authority, as `up` puts it into the local AWS."""
    certificate, key = generate_ca(common_name="the machine's authority")
    (tmp_path / "certificate.pem").write_text(certificate)
    (tmp_path / "key.pem").write_text(key)
    monkeypatch.setenv(authority.VARIABLE, str(tmp_path))
    return x509.load_pem_x509_certificate(certificate.encode())


def test_a_database_has_a_certificate_for_its_names_from_the_given_authority(
    given: x509.Certificate,
) -> None:
    pem, _ = rds._pg_server_material(["db.cluster-1.us-east-1.rds.amazonaws.com"], [])
    certificate = x509.load_pem_x509_certificate(pem.encode())
    certificate.verify_directly_issued_by(given)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["db.cluster-1.us-east-1.rds.amazonaws.com"]


def test_the_authority_is_the_same_after_a_restart(
    given: x509.Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rds.pg_ca_cert_pem()
    monkeypatch.setattr(rds, "_pg_ca", None)
    assert rds.pg_ca_cert_pem() == before
    assert x509.load_pem_x509_certificate(before.encode()) == given


def test_without_a_given_authority_there_is_one_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(authority.VARIABLE, raising=False)
    monkeypatch.setattr(rds, "_pg_ca", None)
    assert "BEGIN CERTIFICATE" in rds.pg_ca_cert_pem()
