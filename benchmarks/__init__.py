"""Speed beside plain Keras, PyTorch and NumPy: `python -m benchmarks`."""
