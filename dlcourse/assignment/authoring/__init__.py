"""What a teacher writes, a source of questions, solutions and hidden checks, and what is built."""
