"""Keys of an office and services outside the house, against files and a server on this machine."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

import clock
from documents import rendering, signing
from documents.signing import authority, checking, eseal
from documents.signing.ports import Organ, Request, SigningError
from tests.documents.conftest import sample

SECRET = "sixteen characters"
ORGAN = Organ("示例市科学技术局", "jiaxing.bureau")


@pytest.fixture(scope="module")
def made() -> bytes:
    return rendering.pdf({**sample("form"), "annexes": []})


def request(pdf: bytes, **changes: Any) -> Request:
    told = {"level": "hidden", "specimen": False, "number": "示科〔2026〕1号", "places": ()}
    return Request(pdf=pdf, signers=[ORGAN], at=clock.now(), **{**told, **changes})


@pytest.fixture
def office(settings, tmp_path):
    """An office with a PKCS#12 file of an authority of its own."""
    ring = authority.KeyRing(tmp_path / "ca")
    held = ring.credentials(ORGAN)
    pair = authority._pair(next((tmp_path / "ca").glob("organ-*.pem")))
    packed = pkcs12.serialize_key_and_certificates(
        b"x", pair.key, pair.certificate, None, BestAvailableEncryption(b"secret")
    )
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / f"{ORGAN.key}.p12").write_bytes(packed)
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "root-office.pem").write_bytes(held.trust.roots[0])
    (tmp_path / "trust" / "office.crl").write_bytes(held.trust.revoked[0])
    settings.SIGNING = "pkcs12"
    settings.SIGNING_TSA = ""
    settings.SIGNING_PKCS12_DIR = str(tmp_path / "keys")
    settings.SIGNING_PASSWORD_FILE = str(tmp_path / "password")
    settings.SIGNING_TRUST_DIR = str(tmp_path / "trust")
    return tmp_path


def test_a_real_paper_is_signed_by_the_key_of_its_office(office, made):
    signed = signing.sign(request(made))
    (one,) = checking.check_signatures(signed.pdf)
    assert (one.intact, one.trusted, one.covers_file, one.timestamped) == (True, True, True, False)
    assert signed.signatures[0].adapter == "pkcs12"
    assert signing.mark_for({"specimen": False}) == "box"


def test_without_its_root_the_signature_is_intact_and_not_trusted(office, made):
    signed = signing.sign(request(made))
    (office / "trust" / "root-office.pem").unlink()
    (one,) = checking.check_signatures(signed.pdf)
    assert (one.intact, one.trusted) == (True, False)


def test_a_wrong_password_and_a_missing_file_say_the_way_out(office, made, settings):
    (office / "password").write_text("wrong")
    with pytest.raises(SigningError, match="SIGNING_PASSWORD_FILE"):
        signing.sign(request(made))
    with pytest.raises(SigningError, match=r"没有乙局的 PKCS#12 文件"):
        signing.sign(Request(made, "hidden", False, "", [Organ("乙局", "x.b")], (), clock.now()))
    settings.SIGNING_PASSWORD_FILE = str(office / "nowhere")
    with pytest.raises(SigningError) as refused:
        signing.sign(request(made))
    assert refused.value.passing


def test_a_token_that_is_not_there_is_tried_again_later(settings, made):
    settings.SIGNING = "pkcs11"
    settings.SIGNING_TSA = ""
    settings.SIGNING_PKCS11_MODULE = "/nowhere/module.so"
    with pytest.raises(SigningError) as refused:
        signing.sign(request(made))
    assert refused.value.passing


def test_an_unreachable_time_stamp_service_is_tried_again_later(office, made, settings):
    settings.SIGNING_TSA = "http://127.0.0.1:9/"
    with pytest.raises(SigningError) as refused:
        signing.sign(request(made))
    assert refused.value.passing


class _Service(BaseHTTPRequestHandler):
    """A gateway of the state's service: checks the HMAC, seals by appending, converts by name."""

    asked: list[dict[str, str]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = dict(self.headers.items())
        type(self).asked.append(told)
        good = eseal.signature_of(SECRET, told["X-Timestamp"], told["X-Document"], body)
        status = self.status if told["X-Signature"] == good else 401
        answer = b"PK\x03\x04ofd" if self.path == "/ofd" else body + b"% sealed\n"
        self.send_response(status)
        self.send_header("X-Seal-Serial", "5A")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def service(settings) -> Iterator[str]:
    _Service.asked, _Service.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    settings.SIGNING, settings.ESEAL_URL, settings.ESEAL_SECRET = "eseal", f"{address}/seal", SECRET
    yield address
    server.shutdown()
    server.server_close()


def test_the_seal_service_gets_the_paper_and_its_answer_is_archived(service, made):
    signed = signing.sign(request(made))
    assert signed.pdf == made + b"% sealed\n"
    assert signed.signatures[0].serial == "5A"
    assert signed.signatures[0].adapter == "eseal"
    assert ORGAN.name in b64decode(_Service.asked[0]["X-Document"]).decode()


@pytest.mark.parametrize(("status", "passing"), [(503, True), (429, True), (403, False)])
def test_what_the_service_refuses_is_told_apart(service, made, status, passing):
    _Service.status = status
    with pytest.raises(SigningError) as refused:
        signing.sign(request(made))
    assert refused.value.passing is passing


def test_a_wrong_secret_is_refused_by_the_service(service, made, settings):
    settings.ESEAL_SECRET = "another secret of ours"
    with pytest.raises(SigningError, match="401"):
        signing.sign(request(made))


def test_the_paper_goes_by_https_only_and_under_a_long_secret(settings, made):
    settings.SIGNING, settings.ESEAL_URL, settings.ESEAL_SECRET = (
        "eseal",
        "http://seal.example/",
        SECRET,
    )
    with pytest.raises(SigningError, match="https"):
        signing.sign(request(made))
    settings.ESEAL_URL, settings.ESEAL_SECRET = "https://seal.example/", "short"
    with pytest.raises(SigningError, match="16"):
        signing.sign(request(made))


def test_ofd_comes_from_a_service_and_nothing_else_passes_for_it(service, made):
    assert eseal.convert_to_ofd(f"{service}/ofd", SECRET, "x", made).startswith(b"PK")
    with pytest.raises(SigningError, match="OFD"):
        eseal.convert_to_ofd(f"{service}/seal", SECRET, "x", made)


def test_an_unknown_setting_is_named(settings, made):
    settings.SIGNING = "fax"
    with pytest.raises(SigningError, match="pkcs12"):
        signing.sign(request(made))
