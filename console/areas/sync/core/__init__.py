"""Pure understanding of replicas: Yjs updates, divergence, issues, health, merges."""
