"""What ``make bench`` measures: this book beside plain Jupyter Book defaults, and how both grow."""
