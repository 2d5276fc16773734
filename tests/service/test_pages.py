"""Who may embed the customer's page, and what the demo shop knows."""

from collections.abc import Callable

from tests.service.conftest import Service


def ancestors(service: Service, path: str) -> list[str]:
    policy = service.client.get(path).headers["content-security-policy"]
    directives = dict(one.strip().partition(" ")[::2] for one in policy.split(";"))
    return str(directives["frame-ancestors"]).split()


def test_each_inbox_names_the_sites_that_may_embed_it(start: Callable[..., Service]) -> None:
    service = start(allowed_origins={"web": ["https://shop.example"], "app": ["https://app.example"]})
    assert ancestors(service, "/chat") == ["'self'", "https://shop.example"]
    assert ancestors(service, "/chat?inbox=app") == ["'self'", "https://app.example"]
    assert ancestors(service, "/chat?inbox=other") == ["'self'"]
    assert ancestors(service, "/desk") == ["'self'"]
    assert service.client.get("/desk").headers["x-frame-options"] == "SAMEORIGIN"


def test_the_demo_shop_signs_its_customers(service: Service) -> None:
    items = service.client.get("/demo/customers.json").json()["items"]
    assert len(items) == 12
    one = next(item for item in items if item["external_id"] == "demo-stuck")
    user = {name: one[name] for name in ("external_id", "identifier_hash", "name")}
    answer = service.client.post("/api/v1/visitor/sessions", json={"user": user})
    assert answer.json()["hall"]["orders"][0]["order_no"] == one["orders"][0]["order_no"]


def test_a_real_shop_gives_no_demo_customers_away(start: Callable[..., Service]) -> None:
    service = start(seed_demo=False)
    assert service.client.get("/demo/customers.json").json() == {"items": []}
