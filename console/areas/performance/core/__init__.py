"""What the numbers of a service mean: histograms of durations, gauges, rates, and the steps they are drawn in."""
