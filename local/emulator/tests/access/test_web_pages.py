import pytest

from ..front_door import CALLER, HOST, ask, query, signed

FOREIGN = [
    {"Host": "evil.example:4566"},
    {"Host": "127.0.0.1"},
    {"Host": "127.0.0.1:80"},
    {"Host": f"{HOST}.evil.example"},
    {"Host": f"evil.example@{HOST}"},
    {},
    {"Host": HOST, "Origin": "https://evil.example"},
    {"Host": HOST, "Origin": "null"},
    {"Host": HOST, "Origin": "http://127.0.0.1:3000"},
    {"Host": HOST, "Origin": "http://localhost:4566"},
    {"Host": HOST, "Origin": f"https://{HOST}"},
    {"Host": HOST, "Sec-Fetch-Site": "cross-site"},
    {"Host": HOST, "Sec-Fetch-Site": "same-site"},
    {"Host": HOST, "Origin": f"http://{HOST}", "Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_local-aws/health"),
        ("GET", "/_alb/shop/"),
        ("OPTIONS", "/_alb/shop/"),
        ("OPTIONS", "/"),
        ("POST", "/"),
        ("GET", "/v2/"),
        ("GET", "/bucket/key"),
        ("POST", "/oauth2/token"),
        ("POST", "/_ministack/reset"),
    ],
)
@pytest.mark.usefixtures("balancer")
def test_no_page_of_another_site_gets_an_answer(
    method: str, path: str, headers: dict[str, str]
) -> None:
    answer = ask(method, path, headers)
    assert answer.status in (403, 421)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_signature_does_not_help_a_page_of_another_site() -> None:
    headers = signed("sts", body=CALLER, headers={"Origin": "https://evil.example"})
    assert query("sts", CALLER, headers).status == 403


def test_two_hosts_are_refused_as_they_come_with_http_2() -> None:
    assert ask(headers=[("Host", HOST), ("Host", "evil.example")]).status == 421
    assert ask(headers=[("Host", HOST), ("Host", HOST)]).status == 421


@pytest.mark.parametrize(
    "host", ["127.0.0.1:4566", "localhost:4566", "[::1]:4566", "LOCALHOST:4566"]
)
def test_this_machine_has_three_names(host: str) -> None:
    assert ask("GET", "/_local-aws/health", {"Host": host}).status == 200


@pytest.mark.usefixtures("balancer")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"},
    ],
    ids=str,
)
def test_a_person_opens_the_page_of_a_service(headers: dict[str, str]) -> None:
    answer = ask("GET", "/_alb/shop/", {"Host": HOST, **headers})
    assert (answer.status, answer.text) == (200, "hello")
