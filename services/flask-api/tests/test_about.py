import tomllib

from flask.testing import FlaskClient

from tests.conftest import ROOT


def test_the_root_says_the_services_name_and_version(client: FlaskClient) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.json == {"service": "flask-api", "version": version}
