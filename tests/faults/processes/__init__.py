"""The rows of the fault matrix that need real processes and a real terminal; ``rows_processes`` lists them."""
