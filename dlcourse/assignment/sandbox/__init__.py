"""Where a student's code runs: behind a wall of the operating system's."""
