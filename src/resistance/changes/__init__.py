"""What changed from one version of ``data/`` to another: claims, rows and works."""
