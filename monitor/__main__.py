"""`python -m monitor` is the `monitor` command."""

from monitor.cli import main

if __name__ == "__main__":  # a child of the sandbox may import this file, and must not start over
    main()
