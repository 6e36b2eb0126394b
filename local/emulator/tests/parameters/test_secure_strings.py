import json

from .parameter import NAME, call, put


def test_a_secret_is_shown_only_decrypted() -> None:
    assert put()[0] == 200
    _, hidden = call("GetParameters", Names=[NAME])
    assert hidden["Parameters"][0]["Value"].startswith("AQICAH")
    _, shown = call("GetParameters", Names=[NAME], WithDecryption=True)
    assert shown["Parameters"][0]["Value"] == "sesame"
    _, history = call("GetParameterHistory", Name=NAME)
    assert "c2VzYW1l" not in json.dumps([hidden, history])  # sesame


def test_each_version_has_another_ciphertext() -> None:
    hidden = set()
    for _ in range(2):
        put()
        hidden.add(call("GetParameter", Name=NAME)[1]["Parameter"]["Value"])
    assert len(hidden) == 2
