{
  description = "Cross-account log pipeline orchestrator for AWS";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = made: nixpkgs.lib.genAttrs systems (system: made nixpkgs.legacyPackages.${system});
      manifest = builtins.fromTOML (builtins.readFile ./Cargo.toml);
    in
    {
      packages = each (pkgs: rec {
        default = logpipe;
        logpipe = pkgs.rustPlatform.buildRustPackage {
          pname = "logpipe";
          version = manifest.workspace.package.version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          # The tests want more of a machine than a build has; CI runs them.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          LOGPIPE_COMMIT = self.rev or "";
          postInstall = ''
            $out/bin/logpipe man --out man
            installManPage man/*.1
            for shell in bash fish zsh; do
              $out/bin/logpipe completions $shell > logpipe.$shell
            done
            installShellCompletion logpipe.bash logpipe.fish logpipe.zsh
            mkdir -p $out/share/doc/logpipe
            cp -r topologies $out/share/doc/logpipe/examples
          '';
          meta = {
            description = manifest.package.description;
            license = [ pkgs.lib.licenses.mit pkgs.lib.licenses.asl20 ];
            mainProgram = "logpipe";
          };
        };
      });

      devShells = each (pkgs: {
        default = pkgs.mkShell {
          packages = [ pkgs.cargo pkgs.clippy pkgs.just pkgs.rustc pkgs.rustfmt ];
        };
      });
    };
}
