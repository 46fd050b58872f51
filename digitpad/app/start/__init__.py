"""Starting, recovering and ending the window."""
