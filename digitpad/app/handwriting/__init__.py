"""My Handwriting: the user's labeled digits, and fine-tuning on them."""
