#!/usr/bin/env python3
"""Opens the page of `logpipe graph --format html` in headless Chromium, and uses it as people do.

    python3 tests/browser/graph.py target/debug/logpipe [FOLDER]

Into FOLDER go screenshots and prints, to look at. Needs Chromium or Chrome, its driver and selenium (.ci/browser.txt).
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.chrome.service import Service

LOGPIPE = os.path.abspath(sys.argv[1])
FOLDER = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
# Of the feature: a page of a thousand accounts is this large at most, and opens and filters in this time.
MOST_BYTES, MOST_SECONDS = 5_000_000, 1.0


def topology(accounts):
    """So many accounts with twenty log groups each, sent to one bucket."""
    names = [f"team-{number:04}" for number in range(1, accounts + 1)]
    groups = ", ".join(f"/app/service-{number:02}" for number in range(1, 21))
    lines = ["version: 1", "name: many", "region: ap-northeast-1", "access: { role_name: Deployer }", "accounts:", '  archive: "999999999999"']
    lines += [f'  {name}: "{100_000_000_000 + number}"' for number, name in enumerate(names)]
    lines += ["destinations:", "  central: { account: archive }", "sources:", "  apps:", f"    accounts: [{', '.join(names)}]", "    destination: central", f"    log_groups: [{groups}]", "    create: true"]
    return "\n".join(lines) + "\n"


def page_of(folder, name, text, *flags):
    """The page of a topology, as a file; what it takes to make it is for the figures of the release build."""
    source = os.path.join(folder, f"{name}.yaml")
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    made = subprocess.run([LOGPIPE, "graph", source, "--format", "html", *flags], check=True, capture_output=True, cwd=folder)
    target = os.path.join(folder, f"{name}.html")
    with open(target, "wb") as file:
        file.write(made.stdout)
    return target


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    # A container's root has no sandbox of the kernel, and little shared memory.
    for flag in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1400,900", "--disable-background-networking"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


class Page:
    """A page that is open."""

    def __init__(self, driver, path):
        self.driver, self.path = driver, path
        driver.get("file://" + path)
        # When all that the script does at the start was painted.
        self.opened = self.run("const [entry] = performance.getEntriesByType('navigation'); return entry.domContentLoadedEventEnd / 1000;")

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def filter(self, text):
        """Types into the filter, and says how long it took until the picture was painted."""
        return self.driver.execute_async_script(
            """const [text, done] = arguments; const filter = document.getElementById("filter"); const start = performance.now();
            filter.value = text; filter.dispatchEvent(new Event("input", { bubbles: true }));
            requestAnimationFrame(() => requestAnimationFrame(() => done((performance.now() - start) / 1000)));""",
            text,
        )

    def focused(self):
        return self.run("return document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent;")

    def expect_quiet(self):
        """Nothing went wrong, and nothing was asked of anybody."""
        errors = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        assert not errors, errors
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        asked = [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        assert all(url == "file://" + self.path for url in asked), asked

    def keep(self, name):
        """Pictures to look at: light and dark, and as it is printed."""
        if not FOLDER:
            return
        os.makedirs(FOLDER, exist_ok=True)
        for scheme in ["light", "dark"]:
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            self.driver.save_screenshot(os.path.join(FOLDER, f"{name}-{scheme}.png"))
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        printed = self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
        with open(os.path.join(FOLDER, f"{name}.pdf"), "wb") as file:
            file.write(base64.b64decode(printed["data"]))


def opens_and_shows_policies(driver, path):
    page = Page(driver, path)
    hop = page.one("#senders button.hop")
    assert "subscription filter" in hop.get_attribute("aria-label"), hop.get_attribute("aria-label")
    assert page.all("#lines .line"), "no hop of a sender is drawn to where it ends"
    page.keep("two")
    hop.click()
    details = page.one("#details")
    assert details.is_displayed()
    words = details.text
    for expected in ["who", "where", "when", "what", "effect", "allowed", "logs:PutSubscriptionFilter"]:
        assert expected in words, f"{expected} is not in\n{words}"
    assert page.focused() == details.find_element(By.TAG_NAME, "h2").text, "the reader is told what has opened"
    page.keep("two-policies")
    page.one("body").send_keys(Keys.ESCAPE)
    assert not details.is_displayed()
    assert "subscription filter" in page.focused(), "the focus goes back to where it was"
    page.expect_quiet()


def is_used_with_the_keyboard(driver, path):
    page = Page(driver, path)
    reached = []
    for _ in range(12):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(page.focused())
        if "subscription filter" in reached[-1]:
            break
    assert "subscription filter" in reached[-1], reached
    style = page.run("const style = getComputedStyle(document.activeElement); return style.outlineStyle + style.outlineWidth;")
    assert style == "solid3px", f"the focus is seen: {style}"
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.one("#details").is_displayed()
    unnamed = page.run("return [...document.querySelectorAll('button, input')].filter((one) => !(one.labels?.length || one.getAttribute('aria-label') || one.textContent.trim())).length;")
    assert unnamed == 0, f"{unnamed} without a name"
    page.expect_quiet()


def has_a_table(driver, path):
    page = Page(driver, path)
    page.one("#as-table").click()
    rows = page.all("#table tbody tr")
    assert len(rows) == 3, [row.text for row in rows]
    rows[-1].find_element(By.TAG_NAME, "button").click()
    assert page.one("#details").is_displayed()
    page.keep("two-table")
    page.expect_quiet()


def finds_one_of_a_thousand(driver, path):
    assert os.path.getsize(path) <= MOST_BYTES, os.path.getsize(path)
    page = Page(driver, path)
    assert page.opened <= MOST_SECONDS, f"it took {page.opened} s to open"
    assert "999 more accounts like team-0001" in page.one("#senders").text
    page.keep("thousand")
    took = page.filter("team-0512")
    assert took <= MOST_SECONDS, f"it took {took} s to filter"
    boxes = page.all("#senders .account")
    assert len(boxes) == 1 and "team-0512" in boxes[0].text, [box.text for box in boxes]
    assert page.one("#found").text == "1 of 1001 accounts", page.one("#found").text
    page.keep("thousand-found")
    boxes[0].find_element(By.CSS_SELECTOR, "button.hop").click()
    assert "100000000511" in page.one("#details").text, "its own account is in its policies"
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    # By its id, by a log group, and by nothing that there is.
    longest = 0
    for text, number in [("100000000999", 1), ("service-20", 60), ("nobody", 0), ("team-0", 60), ("", 1)]:
        longest = max(longest, page.filter(text))
        assert len(page.all("#senders .account")) == number, text
    assert longest <= MOST_SECONDS, f"it took {longest} s to filter"
    page.one("#as-table").click()
    assert page.filter("team-0042") <= MOST_SECONDS
    assert len(page.all("#table tbody tr")) == 1
    page.expect_quiet()
    print(f"a thousand accounts: {os.path.getsize(path)} bytes, open after {page.opened:.2f} s, filtered in {longest:.2f} s")


def hostile_names_stay_names(driver, folder):
    pattern = "</script><img src=x onerror=alert(1)>"
    text = topology(1).replace("create: true", f"filter: {{ pattern: '\"{pattern}\"' }}")
    page = Page(driver, page_of(folder, "hostile", text))
    assert not page.all("main img") and "onerror" in page.one("#senders").text
    page.expect_quiet()


def main():
    started = time.monotonic()
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(os.path.join(root, "topologies", "quickstart.yaml"), encoding="utf-8") as file:
        quickstart = file.read()
    with tempfile.TemporaryDirectory() as folder, browser() as driver:
        two = page_of(folder, "two", quickstart)
        opens_and_shows_policies(driver, two)
        is_used_with_the_keyboard(driver, two)
        has_a_table(driver, two)
        finds_one_of_a_thousand(driver, page_of(folder, "thousand", topology(1000)))
        hostile_names_stay_names(driver, folder)
        if FOLDER:
            with open(os.path.join(root, "topologies", "many-accounts.yaml"), encoding="utf-8") as file:
                Page(driver, page_of(folder, "several", file.read())).keep("several")
            Page(driver, page_of(folder, "forty", topology(40))).keep("forty")
            Page(driver, page_of(folder, "live", quickstart, "--live", "--sandbox")).keep("live")
    print(f"the page is as it should be; {time.monotonic() - started:.0f} s")


main()
