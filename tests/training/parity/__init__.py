"""What is trained as `model.fit` trains it, and what is refused by name: one row for each."""
