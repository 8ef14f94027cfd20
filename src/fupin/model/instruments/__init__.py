"""Policy instruments, one family a file, all through the same pipeline."""
