# typed: strict
# frozen_string_literal: true

# The binaries of a release. `scripts/formula.sh` fills in what is between @ signs.
class Logpipe < Formula
  desc "Cross-account log pipeline orchestrator for AWS"
  homepage "https://github.com/@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/logpipe-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/logpipe-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/logpipe-@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:aarch64-unknown-linux-gnu@"
    end
    on_intel do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/logpipe-@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:x86_64-unknown-linux-gnu@"
    end
  end

  def install
    bin.install "logpipe"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/logpipe.bash" => "logpipe"
    fish_completion.install "completions/logpipe.fish"
    zsh_completion.install "completions/logpipe.zsh" => "_logpipe"
    pkgshare.install "examples"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/logpipe --version")
    quickstart = pkgshare/"examples/quickstart.yaml"
    output = shell_output("#{bin}/logpipe apply #{quickstart} --sandbox --yes --verify")
    assert_match "logpipe test event", output
  end
end
