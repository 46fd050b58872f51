"""Why the drawing on the canvas was misread: what mends the verdict, which digits it is like, which pixels speak."""
