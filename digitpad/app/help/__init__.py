"""Pages of help, and the words of the window about itself."""
