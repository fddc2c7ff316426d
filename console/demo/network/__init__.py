"""The demo's network engine: peers with pycrdt documents that exchange updates over unreliable links."""
