"""How fast the customer's page is on a middling phone, and how fast it suggests: measured in a real browser."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from kefu.core.clock import now
from kefu.core.errors import NotFound
from kefu.measure.figures import milliseconds

Json = dict[str, Any]

PHONE = {"width": 390, "height": 844}
SLOWER = 4
"""How much slower a middling phone's processor is than this one."""
NETWORK = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,  # bytes a second: slow 4G, as Lighthouse has it
    "uploadThroughput": 750 * 1024 / 8,
}
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
WATCH = """
(() => {
  const seen = { busy: 0 };
  window.__kefu = seen;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) seen.busy = Math.max(seen.busy, task.startTime + task.duration);
  }).observe({ type: 'longtask', buffered: true });
  seen.hall = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('[data-testid="hall"]')) return;
      observer.disconnect();
      // Two frames later it is on the screen.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
})();
"""
"""When the hall was on the screen, and when the last long task ended (ms since the navigation began)."""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
CALM_MS = 500


@dataclass(frozen=True)
class Visit:
    """One visit, in ms since it began: first paint, the hall on the screen, ready for a tap."""

    painted: float
    hall: float
    interactive: float


def chromium() -> str:
    """Return where the browser is. Raises ``browser_not_found``."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise NotFound("browser_not_found", "没有找到 Chromium", "请先安装 Chromium。")
    return found


def page(url: str, runs: int, say: Callable[[str], None]) -> Json:
    """Return the medians of first visits and of second ones (the browser has the files), throttled and not."""
    report: Json = {"date": f"{now():%Y-%m-%d}", "runs": runs}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for name, throttled in (("phone", True), ("desktop", False)):
            first, again = [], []
            for _ in range(runs):
                one, two = _visits(browser, url, throttled=throttled)
                first.append(one)
                again.append(two)
            report[name] = {"first": _medians(first), "again": _medians(again)}
            say(f"{name}：{runs} 次")
        browser.close()
    return report


def _visits(browser: Browser, url: str, *, throttled: bool) -> tuple[Visit, Visit]:
    context = browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
    )
    first, again = _visit(context, url, throttled=throttled), _visit(context, url, throttled=throttled)
    context.close()
    return first, again


def _visit(context: BrowserContext, url: str, *, throttled: bool) -> Visit:
    page = context.new_page()
    page.add_init_script(WATCH)
    if throttled:
        control = context.new_cdp_session(page)
        control.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        control.send("Network.enable")
        control.send("Network.emulateNetworkConditions", NETWORK)
    page.goto(url, wait_until="commit")
    # The page's policy forbids waiting for an expression (it is evaluated there); a promise is awaited from outside.
    hall = page.evaluate("window.__kefu.hall")
    page.wait_for_timeout(CALM_MS)
    busy = page.evaluate("window.__kefu.busy")
    visit = Visit(page.evaluate(PAINTED) or hall, hall, max(hall, busy))
    page.close()
    return visit


def _medians(visits: Sequence[Visit]) -> dict[str, float]:
    return {name: round(median(getattr(one, name) for one in visits)) for name in Visit.__dataclass_fields__}


def suggestions(url: str, prefixes: Sequence[str]) -> Json:
    """Return the milliseconds that suggesting takes inside the service, and over HTTP on this machine."""
    inside, outside = [], []
    with httpx.Client(base_url=f"{url.rstrip('/')}/api/v1/visitor", trust_env=False, timeout=10) as client:
        token = client.post("/sessions", json={}).raise_for_status().json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        for prefix in prefixes:
            began = time.perf_counter()
            answer = client.get("/suggest", params={"q": prefix}, headers=headers).raise_for_status()
            outside.append(time.perf_counter() - began)
            inside.append(float(answer.headers["server-timing"].partition("dur=")[2]) / 1000)
    return {"prefixes": len(prefixes), "inside": milliseconds(inside), "outside": milliseconds(outside)}
