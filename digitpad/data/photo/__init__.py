"""From a photo, scan or screenshot to spots of ink, and from spots to MNIST's 28x28."""
