"""Fine-tuning a network on one person's handwriting."""
