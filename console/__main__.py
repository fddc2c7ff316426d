"""Entry point. `--version` answers before anything heavy is imported."""

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from console import __version__

        print(f"vivim-console {__version__}")
        return
    from console.cli import app

    app()


if __name__ == "__main__":
    main()
