"""The aws command line without its start: a process that has loaded it answers each call in a child of its own, which has the
arguments, environment, folder and streams of the caller. A call takes a fifth of the time.

    aws.py FOLDER       serves, and writes FOLDER/bin/aws, which is to come first on the path
"""

import json
import os
import signal
import socket
import sys
from pathlib import Path

CALLER = """#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({path!r})
call = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
socket.send_fds(server, [len(call).to_bytes(4, "big")], [0, 1, 2])
server.sendall(call)
sys.exit(server.recv(1)[0])
"""


def answer(connection):
    head, streams, _, _ = socket.recv_fds(connection, 4, 3)
    left, call = int.from_bytes(head, "big"), b""
    while len(call) < left:
        call += connection.recv(left - len(call))
    arguments, environment, folder = json.loads(call)
    for stream, number in zip(streams, range(3)):
        os.dup2(stream, number)
    os.environ.clear()
    os.environ.update(environment, AWS_DATA_PATH=data)
    os.chdir(folder)
    sys.argv = ["aws", *arguments]
    code = clidriver.create_clidriver().main(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(bytes([code & 0xFF]))


folder = Path(sys.argv[1])
path = str(folder / "aws.socket")
from awscli import clidriver

# The package looks for its own files there.
data = os.environ["AWS_DATA_PATH"]
# What the commands need is only loaded when they are asked for.
for service in ("sts", "iam", "logs", "firehose"):
    clidriver.create_clidriver().session.create_client(
        service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
server = socket.socket(socket.AF_UNIX)
server.bind(path)
server.listen(16)
(folder / "bin").mkdir()
(folder / "bin" / "aws").write_text(CALLER.format(python=sys.executable, path=path))
(folder / "bin" / "aws").chmod(0o700)
print("ready", flush=True)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    connection, _ = server.accept()
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        answer(connection)
        os._exit(0)
    connection.close()
