"""`python -m fupin` is the command `fupin`."""

from fupin.cli import main

if __name__ == "__main__":
    main()
