#!/usr/bin/env python3
"""Looks at a page of HTML in headless Chromium: at the width of a desktop and of a phone, light and dark.

    view_page.py FILE [--screenshots FOLDER]

Fails where the page logs an error, throws, asks for anything from elsewhere, scrolls sideways, shows no text, or shows
dark on dark. Every <details> is opened for that. Prints what it looked at.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
TIMEOUT = 60

CHECK = """(() => {
  document.querySelectorAll('details').forEach(element => element.open = true);
  const channel = color => color.match(/[0-9.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 765;
  const style = getComputedStyle(document.body);
  return {
    overflow: document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth,
    text: document.body.innerText.trim().length,
    contrast: Math.abs(channel(style.color) - channel(style.backgroundColor)),
    resources: performance.getEntriesByType('resource').length,
    paper: channel(style.backgroundColor),
  };
})()"""


class Browser:
    """Chromium, spoken to by its DevTools protocol over pipes."""

    def __init__(self, folder):
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if program is None:
            sys.exit("no Chromium is installed")
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()

        def place_pipes():
            os.dup2(to_read, 3)
            os.dup2(to_write, 4)

        # Without a sandbox of its own: containers and root have none, and the page is ours.
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars",
             "--no-first-run", f"--user-data-dir={folder}", "about:blank"],
            preexec_fn=place_pipes, pass_fds=(3, 4, to_read, to_write), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.buffer = b""
        self.number = 0
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def receive(self):
        while b"\0" not in self.buffer:
            data = os.read(self.from_browser, 1 << 20)
            if not data:
                raise ConnectionError("Chromium has ended")
            self.buffer += data
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if hasattr(self, "session"):
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive())

    def faults(self):
        for event in self.events:
            if event.get("method") == "Runtime.exceptionThrown":
                yield event["params"]["exceptionDetails"]["text"]
            if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] in ("error", "warning"):
                yield event["params"]["entry"]["text"]

    def close(self):
        os.close(self.to_browser)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def look(browser, page, width, scheme, screenshots):
    columns, rows = WIDTHS[width]
    browser.events.clear()
    browser.call("Emulation.setDeviceMetricsOverride", width=columns, height=rows, deviceScaleFactor=1,
                 mobile=width == "phone")
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.call("Page.navigate", url=page.resolve().as_uri())
    browser.wait_for("Page.loadEventFired")
    if screenshots:
        shot = browser.call("Page.captureScreenshot", format="png")["data"]
        (screenshots / f"{width}-{scheme}.png").write_bytes(base64.b64decode(shot))
    state = browser.call("Runtime.evaluate", expression=CHECK, returnByValue=True)["result"]["value"]
    if screenshots:
        browser.call("Runtime.evaluate", expression="document.querySelector('details')?.scrollIntoView()")
        shot = browser.call("Page.captureScreenshot", format="png")["data"]
        (screenshots / f"{width}-{scheme}-opened.png").write_bytes(base64.b64decode(shot))
    faults = list(browser.faults())
    if state["overflow"] > 0:
        faults.append(f"the page is {state['overflow']} pixels wider than the window")
    if state["text"] == 0:
        faults.append("the page shows no text")
    if state["contrast"] < 0.5:
        faults.append(f"text and paper are too alike: {state['contrast']:.2f}")
    if state["resources"] > 0:
        faults.append("the page loads something from elsewhere")
    if (state["paper"] > 0.5) != (scheme == "light"):
        faults.append(f"the paper is not {scheme}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--screenshots", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.screenshots:
        arguments.screenshots.mkdir(parents=True, exist_ok=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix="sluice-chromium-", ignore_cleanup_errors=True) as folder:
        browser = Browser(folder)
        for width in WIDTHS:
            for scheme in SCHEMES:
                faults = look(browser, arguments.page, width, scheme, arguments.screenshots)
                print(f"{width}, {scheme}: {'; '.join(faults) or 'as it should be'}")
                failed = failed or bool(faults)
        browser.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
