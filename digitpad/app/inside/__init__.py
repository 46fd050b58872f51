"""Inside the network: units, attribution, preferred input, histograms."""
