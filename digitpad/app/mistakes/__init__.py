"""Mistakes: the confusion matrix, the digits in its cells, and their nearest neighbors."""
