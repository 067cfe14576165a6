#!/usr/bin/env python3
"""Makes docs/images/apply.svg and the transcripts of docs/terminal.md from a real terminal.

Runs logpipe in tmux against a simulated AWS, captures what the screen shows, and draws it. Needs tmux and a built
target/debug/logpipe; nothing but Python's standard library otherwise.

    python3 scripts/terminal.py            # writes the picture, prints the transcripts
"""

import html
import os
import re
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.join(ROOT, "target", "debug")
COLUMNS = 100
COLOURS = {30: "#484f58", 31: "#ff7b72", 32: "#56d364", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd", 37: "#c9d1d9"}
PLAIN, DIM, GROUND = "#c9d1d9", "#7d8590", "#0d1117"
LINE_HEIGHT, SIZE = 18, 13.5
# A little wider than most fonts, so that a renderer that ignores textLength leaves a gap instead of an overlap.
CELL_WIDTH = SIZE * 0.626


class Terminal:
    """A tmux server of its own, which ends with the `with` block."""

    def __init__(self, folder, rows):
        self.socket = os.path.join(folder, "tmux")
        self.folder, self.rows = folder, rows

    def __enter__(self):
        environment = {
            "PATH": BINARY + os.pathsep + os.environ["PATH"], "PS1": "$ ", "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "AWS_ACCESS_KEY_ID": "SANDBOX000000000000", "AWS_SECRET_ACCESS_KEY": "sandbox", "HOME": self.folder,
        }
        command = ["tmux", "-S", self.socket, "-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(self.rows),
                   "-c", self.folder, "bash", "--norc", "--noprofile"]
        subprocess.run(command, check=True, env=environment)
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")

    def tmux(self, *arguments):
        answer = subprocess.run(["tmux", "-S", self.socket, *arguments], check=True, capture_output=True, text=True)
        return answer.stdout

    def type(self, line):
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def screen(self, colours=False, history=False):
        options = (["-e"] if colours else []) + (["-S", "-"] if history else [])
        lines = self.tmux("capture-pane", "-p", *options).rstrip("\n").split("\n")
        while lines and not lines[-1].strip():
            lines.pop()
        return lines

    def until(self, shown, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            lines = self.screen(history=True)
            if shown(lines):
                return
            time.sleep(0.2)
        raise SystemExit("this never came:\n" + "\n".join(self.screen(history=True)))

    def run(self, line):
        """Runs a command to its end; returns the lines, the prompt's included."""
        self.tmux("send-keys", "-R")
        self.type("clear")
        time.sleep(0.3)
        self.tmux("clear-history")
        self.type(line)
        time.sleep(0.5)
        self.until(lambda lines: lines and lines[-1] == "$")
        return self.screen(history=True)[:-1]


def spans(line, style):
    """The pieces of a captured line with their styles; `style` is what the lines before left on."""
    found = []
    for text, codes in re.findall(r"([^\x1b]*)(?:\x1b\[([0-9;]*)m)?", line):
        if text:
            found.append((text, dict(style)))
        for code in map(int, filter(None, codes.split(";"))):
            if code == 0:
                style.clear()
            elif code == 1:
                style["bold"] = True
            elif code == 2:
                style["dim"] = True
            elif code == 22:
                style.pop("bold", None), style.pop("dim", None)
            elif code == 39:
                style.pop("colour", None)
            elif code in COLOURS:
                style["colour"] = COLOURS[code]
    return found


def drawn(lines, top):
    out, on = [], {}
    for row, line in enumerate(lines):
        column, y = 0, top + row * LINE_HEIGHT
        for text, style in spans(line, on):
            colour = style.get("colour", DIM if style.get("dim") else PLAIN)
            weight = ' font-weight="bold"' if style.get("bold") else ""
            words = text.strip()
            if words:
                x = 20 + (column + len(text) - len(text.lstrip())) * CELL_WIDTH
                out.append(
                    f'<text x="{x:.1f}" y="{y}" fill="{colour}"{weight} textLength="{len(words) * CELL_WIDTH:.1f}" '
                    f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{html.escape(words)}</text>')
            column += len(text)
    return out


def picture(frames):
    """An SVG with one terminal window below the other."""
    width, y, out = int(COLUMNS * CELL_WIDTH + 40), 0, []
    for title, lines in frames:
        height = len(lines) * LINE_HEIGHT + 60
        out.append(f'<rect x="0" y="{y}" width="{width}" height="{height}" rx="8" fill="{GROUND}"/>')
        for number, colour in enumerate(["#ff5f57", "#febc2e", "#28c840"]):
            out.append(f'<circle cx="{22 + 20 * number}" cy="{y + 18}" r="6" fill="{colour}"/>')
        out.append(f'<text x="{width / 2}" y="{y + 23}" fill="{DIM}" text-anchor="middle">{html.escape(title)}</text>')
        out += drawn(lines, y + 54)
        y += height + 16
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y - 16}" width="{width}" height="{y - 16}" '
            f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{SIZE}">')
    return "\n".join([head, *out, "</svg>"]) + "\n"


def pictures(folder):
    with Terminal(folder, 44) as terminal:
        server = subprocess.Popen([os.path.join(BINARY, "logpipe"), "sandbox", "serve", "topology.yaml", "--port", "0", "--speed", "3"],
                                  cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = server.stdout.readline().strip()
            terminal.type(f"export AWS_ENDPOINT_URL={url}; clear")
            time.sleep(0.5)
            terminal.type("logpipe apply --yes --verify")
            terminal.until(lambda lines: any("CREATING 0:1" in line or "(CREATING) 0:1" in line for line in lines))
            middle = from_progress(terminal.screen(colours=True))
            terminal.until(lambda lines: lines[-1] == "$", 300)
            end = from_progress(terminal.screen(colours=True))[:-1]
        finally:
            server.terminate()
            server.wait()
    return [("logpipe apply --verify: while the stream becomes ACTIVE", middle), ("at its end", end)]


def from_progress(lines):
    """Below the plan, which is long."""
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    start = max((number for number, line in enumerate(plain) if line.startswith("Plan: ")), default=0)
    return lines[start:]


def transcripts(folder):
    with Terminal(folder, 200) as terminal:
        yield terminal.run("logpipe apply --sandbox --yes --verify")
        yield terminal.run("logpipe plan --sandbox")
        yield terminal.run("sed -i 's/buffer_seconds: 60/buffer_seconds: 90/' topology.yaml; logpipe status --sandbox")
        yield terminal.run("logpipe destroy --sandbox --yes")


def main():
    for number, make in enumerate([pictures, lambda folder: list(transcripts(folder))]):
        folder = tempfile.mkdtemp()
        try:
            shutil.copy(os.path.join(ROOT, "topologies", "quickstart.yaml"), os.path.join(folder, "topology.yaml"))
            made = make(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if number == 0:
            with open(os.path.join(ROOT, "docs", "images", "apply.svg"), "w", encoding="utf-8") as file:
                file.write(picture(made))
        else:
            print("\n\n".join("\n".join(line.rstrip() for line in lines) for lines in made))


main()
