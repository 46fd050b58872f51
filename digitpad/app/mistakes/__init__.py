"""What the network gets wrong: the confusion matrix, the digits in its cells, and their neighbors."""
