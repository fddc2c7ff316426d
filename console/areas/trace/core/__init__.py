"""What a trace is: ids that belong together, bars, clocks, steps, the first failure. Pure."""
