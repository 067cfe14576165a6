#!/usr/bin/env python3
"""Runs the steps of action.yml as a runner of GitHub does, against a stand-in for GitHub's API and its releases.

usage: tests/action/run.py ARCHIVE

ARCHIVE is a .tar.gz that scripts/package.sh has made. Needs PyYAML, curl and jq.
"""

import hashlib
import http.server
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.parse

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOPOLOGY = (ROOT / "topologies/quickstart.yaml").read_text(encoding="utf-8")
ARCHIVE = pathlib.Path(sys.argv[1]).resolve()
VERSION = re.fullmatch(r"logpipe-(.+?)-(?:x86_64|aarch64)-.*\.tar\.gz", ARCHIVE.name)[1]


class GitHub(http.server.ThreadingHTTPServer):
    """What the action needs of GitHub: files of releases, and the comments of issues."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.comments = []
        self.tokens = {"writes": "write", "reads": "read"}
        self.files = {ARCHIVE.name: ARCHIVE.read_bytes()}
        self.sums()
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def sums(self):
        lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in self.files.items() if name != "SHA256SUMS")
        self.files["SHA256SUMS"] = "".join(lines).encode()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, body, kind="User", association="NONE"):
        number = len(self.comments) + 1
        self.comments.append({
            "id": 9000 + number,
            "body": body,
            "user": {"type": kind},
            "author_association": association,
            "html_url": f"{self.url}/team/infra/pull/7#issuecomment-{9000 + number}",
        })
        return self.comments[-1]


class Answer(http.server.BaseHTTPRequestHandler):
    """One request."""

    def log_message(self, *_):
        pass

    def send(self, status, value):
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_it(self):
        github = self.server
        parts = urllib.parse.urlsplit(self.path)
        github.asked.append(f"{self.command} {self.path}")
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        if found := re.fullmatch(rf"/tools/logpipe/releases/download/v{re.escape(VERSION)}/(.+)", parts.path):
            data = github.files.get(found[1])
            return self.send(200, data) if data is not None else self.send(404, b"Not Found")
        if not parts.path.startswith("/api/"):
            return self.send(404, b"Not Found")
        may = github.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        if may is None:
            return self.send(401, {"message": "Bad credentials"})
        if parts.path == "/api/repos/tools/logpipe/releases/latest":
            return self.send(200, {"tag_name": f"v{VERSION}"})
        if self.command in ("POST", "PATCH"):
            if may != "write":
                return self.send(403, {"message": "Resource not accessible by integration"})
            if len(body["body"]) > 65536:
                return self.send(422, {"message": "Validation Failed"})
        if parts.path == "/api/repos/team/infra/issues/7/comments":
            if self.command == "POST":
                return self.send(201, github.add(body["body"], kind="Bot"))
            query = urllib.parse.parse_qs(parts.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return self.send(200, github.comments[(page - 1) * size : page * size])
        if found := re.fullmatch(r"/api/repos/team/infra/issues/comments/(\d+)", parts.path):
            comment = next(one for one in github.comments if one["id"] == int(found[1]))
            comment["body"] = body["body"]
            return self.send(200, comment)
        return self.send(404, {"message": "Not Found"})

    do_GET = do_POST = do_PATCH = handle_it


class Runner:
    """Plays the steps of a composite action, as far as action.yml goes."""

    def __init__(self, github, folder):
        self.github = github
        self.action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        self.folder = folder
        self.workspace = folder / "workspace"
        self.workspace.mkdir()
        self.token = "writes"
        self.event = {"pull_request": {"number": 7, "head": {"sha": "0123456789abcdef0123456789abcdef01234567"}}}
        self.ref = f"v{VERSION}"

    def values(self, text, context):
        def value(found):
            names = found[1].split(".")
            assert names[0] in context, found[0]
            here = context
            for name in names:
                here = here.get(name, {})
            return here or ""

        return re.sub(r"\$\{\{ ([a-z0-9_.-]+) \}\}", value, text)

    def run(self, **inputs):
        """Gives the exit code of the step that failed, or 0, with the outputs and what the job's log has."""
        temporary = self.folder / "temporary"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        files = {}
        for name in ("OUTPUT", "PATH", "STEP_SUMMARY", "EVENT_PATH"):
            files[name] = temporary / name
            files[name].write_text("")
        files["EVENT_PATH"].write_text(json.dumps(self.event))
        context = {
            "github": {
                "action_path": str(ROOT),
                "action_repository": "tools/logpipe",
                "action_ref": self.ref,
                "token": self.token,
            },
            "steps": {},
        }
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() <= self.action["inputs"].keys(), given
        context["inputs"] = {
            name: given.get(name, self.values(facts["default"], context)) for name, facts in self.action["inputs"].items()
        }
        path = os.environ["PATH"]
        log = ""
        for step in self.action["runs"]["steps"]:
            environment = {
                "PATH": path,
                "HOME": str(temporary),
                "GITHUB_ACTIONS": "true",
                "CI": "true",
                "GITHUB_SERVER_URL": self.github.url,
                "GITHUB_API_URL": f"{self.github.url}/api",
                "GITHUB_REPOSITORY": "team/infra",
                "GITHUB_RUN_ID": "42",
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_TEMP": str(temporary),
                **{f"GITHUB_{name}": str(file) for name, file in files.items()},
                **{name: self.values(text, context) for name, text in step["env"].items()},
            }
            files["OUTPUT"].write_text("")
            assert step["shell"] == "bash", step
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.workspace,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            log += done.stdout
            if "id" in step:
                lines = files["OUTPUT"].read_text().splitlines()
                context["steps"][step["id"]] = {"outputs": dict(line.split("=", 1) for line in lines)}
            path = ":".join([*reversed(files["PATH"].read_text().split()), os.environ["PATH"]])
            if done.returncode != 0:
                break
        self.summary = files["STEP_SUMMARY"].read_text()
        outputs = {name: self.values(facts["value"], context) for name, facts in self.action["outputs"].items()}
        return done.returncode, outputs, log


def packed(folder):
    """A folder as an archive."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.add(folder, folder.name)
    return file.getvalue()


def check(title, truth, shown):
    print(f"{'ok  ' if truth else 'FAIL'} {title}")
    if not truth:
        print(shown)
        sys.exit(1)


def main():
    github = GitHub()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(github, pathlib.Path(folder))
        topology = runner.workspace / "topology.yaml"
        topology.write_text(TOPOLOGY)
        marker = "<!-- logpipe plan of topology.yaml -->"
        # A long discussion, with somebody who would like the comment to be theirs.
        github.add(f"{marker}\nmine")
        for number in range(120):
            github.add(f"comment {number}")

        code, outputs, log = runner.run(arguments="--sandbox\n")
        ours = [one for one in github.comments if one["body"].startswith(marker)]
        check("the first push makes a comment", code == 0 and len(ours) == 2, log)
        check("what a stranger wrote stays", ours[0]["body"] == f"{marker}\nmine", ours[0])
        check("it has the plan", "11 to create" in ours[1]["body"] and "0123456789" in ours[1]["body"], ours[1]["body"])
        expected = {"exit-code": "2", "changes": "true", "version": VERSION, "comment-url": ours[1]["html_url"]}
        check("outputs say what came of it", expected.items() <= outputs.items(), outputs)
        check("the report is a file", pathlib.Path(outputs["report"]).read_text() in ours[1]["body"], outputs)
        check("the job's summary has the plan too", "11 to create" in runner.summary, runner.summary)
        check("the release of the action's own tag is installed", not any("latest" in one for one in github.asked), github.asked)

        # Unpacking takes longer than all else, so from here on the release only leads to what was unpacked.
        installed = next((runner.folder / "temporary/logpipe-release").glob("*/logpipe"))
        binary = shutil.move(installed, runner.folder / "logpipe")
        installed.write_text(f'#!/bin/sh\nexec "{binary}" "$@"\n')
        installed.chmod(0o755)
        github.files[ARCHIVE.name] = packed(installed.parent)
        github.sums()

        subprocess.run([binary, "apply", "--sandbox", "--yes"], cwd=runner.workspace, check=True, capture_output=True)
        runner.ref = "main"
        code, outputs, log = runner.run(arguments="--sandbox")
        again = [one for one in github.comments if one["body"].startswith(marker)]
        check("the next push changes the comment", code == 0 and [one["id"] for one in again] == [one["id"] for one in ours], log)
        check("it says that nothing is to do", "No changes" in again[1]["body"], again[1]["body"])
        check("and so do the outputs", (outputs["exit-code"], outputs["changes"]) == ("0", "false"), outputs)
        check("without a tag, it is the newest release", any("latest" in one for one in github.asked), github.asked)

        (runner.workspace / "team").mkdir()
        (runner.workspace / "team/other.yaml").write_text(TOPOLOGY.replace("name: quickstart", "name: other"))
        code, outputs, log = runner.run(topology="other.yaml", working_directory="team", arguments="\n--sandbox\n\n")
        mine = [one for one in github.comments if one["body"].startswith("<!-- logpipe plan of team/other.yaml -->")]
        check("another topology has a comment of its own", code == 0 and len(mine) == 1, log)

        topology.write_text(TOPOLOGY.replace("region: ap-northeast-1", "region: ap-northeast-11"))
        code, outputs, log = runner.run(arguments="--sandbox")
        body = github.comments[ours[1]["id"] - 9001]["body"]
        check("an invalid topology fails the job, with its exit code", code == 65 and outputs["exit-code"] == "65", log)
        check("and its problem is in the comment", "ap-northeast-11" in body, body)
        code, outputs, log = runner.run(arguments="--sandbox", fail="false")
        check("unless that is not wanted", code == 0 and outputs["exit-code"] == "65", log)
        code, outputs, log = runner.run(arguments="--no-such-flag", fail="false")
        check("wrong usage is told in the comment as well", outputs["exit-code"] == "64" and outputs["comment-url"], log)
        topology.write_text(TOPOLOGY)

        # What a shell would make something else of.
        written = runner.folder / "written"
        code, outputs, log = runner.run(topology=f'$(touch "{written}")', fail="false", arguments=f"; touch {written}")
        check("inputs are never commands", not written.exists(), log)

        runner.token = "reads"
        before = [dict(one) for one in github.comments]
        code, outputs, log = runner.run(arguments="--sandbox")
        check("a token that may only read is a warning", code == 0 and "::warning" in log and "pull-requests: write" in log, log)
        check("and the plan is made all the same", outputs["exit-code"] == "0" and github.comments == before, outputs)
        runner.token = "nobody's"
        code, outputs, log = runner.run(arguments="--sandbox", version=f"v{VERSION}")
        check("any other refusal fails the job with GitHub's words", code == 1 and "Bad credentials" in log, log)
        runner.token = "writes"

        runner.event = {"ref": "refs/heads/main"}
        code, outputs, log = runner.run(arguments="--sandbox")
        check("without a pull request there is no comment", code == 0 and github.comments == before, log)
        code, outputs, log = runner.run(version="9.9.9")
        check("a release that is not there is named", code == 1 and "/releases/download/v9.9.9/SHA256SUMS" in log, log)
        code, outputs, log = runner.run(version="../../evil")
        check("a version is a version", code == 1 and "is no version" in log, log)

        github.files[ARCHIVE.name] = github.files[ARCHIVE.name][:-1] + b"x"
        code, outputs, log = runner.run(arguments="--sandbox")
        check("a file that is not what its release says is not run", code == 1 and "is not what its release says" in log, log)
        check("and nothing else is", not outputs["exit-code"] and "logpipe 0" not in log, log)
        github.files["SHA256SUMS"] = b""
        code, outputs, log = runner.run(arguments="--sandbox")
        check("nor is one without a checksum", code == 1 and "exactly once" in log, log)
    for file in [ROOT / "action.yml", *(ROOT / ".github/workflows").glob("*.yml")]:
        for used in re.findall(r"uses: ([^.\s]\S+)", file.read_text(encoding="utf-8")):
            check(f"{used.split('@')[0]} is pinned by its commit", re.search(r"@[0-9a-f]{40}$", used), f"{file}: {used}")


main()
