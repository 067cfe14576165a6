"""`logpipe sandbox serve` and clients of it, for the programs beside this one."""

import subprocess
import urllib.request

import boto3
from botocore.config import Config

REGION = "ap-northeast-1"

TOPOLOGY = """
version: 1
name: roles-only
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { archive: "999999999999", app: "111111111111" }
destinations: { central: { account: archive } }
sources: { app: { accounts: [app], destination: central, log_groups: ["/app/none"] } }
"""


class Sandbox:
    """`logpipe sandbox serve` at a free port; simulated time passes when it is told to."""

    def __init__(self, binary, folder):
        (folder / "topology.yaml").write_text(TOPOLOGY)
        command = [binary, "sandbox", "serve", "--port", "0", "topology.yaml"]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip().split()[-1]

    def pass_time(self, seconds):
        request = urllib.request.Request(f"{self.url}/_sandbox/advance?seconds={seconds}", method="POST")
        urllib.request.urlopen(request).read()

    def client(self, service, key, secret="sandbox", token=None):
        config = Config(retries={"mode": "standard", "total_max_attempts": 1}, s3={"addressing_style": "path"})
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=config,
        )

    def end(self):
        self.process.terminate()
        self.process.communicate()
