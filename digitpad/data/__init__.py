"""Pictures and ink: everything that becomes a 28x28 image with a label."""
